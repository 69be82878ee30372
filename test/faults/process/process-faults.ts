import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { fillDisk } from './fill-disk.js';
import { deadlineMs, type ProcessCell } from './process-cell.js';
import { type ProcessOperation, run } from './process-operation.js';
import type { ProcessResult } from './process-result.js';
import { exhaustDescriptors } from './exhaust-descriptors.js';

/** A process that suffers something while an operation is under way, and who judges. */
export interface ProcessFaultContext {
  readonly cell: ProcessCell;
  readonly operation: ProcessOperation;
  readonly verdict: ProcessResult;
  /** Every source is to answer, with all its tasks. */
  askAll(): Promise<void>;
}

/** An action may take three deadlines: the task is read before, the action sent, the task read again. */
const mostMs = 3 * deadlineMs;

/** For which the process stands still, in milliseconds. */
const blockedMs = 1_000;

/** What is under way may take so long after SIGTERM, in milliseconds. */
const graceMs = 10_000;

/** Who has a key waits for one who may still be acting under it: five deadlines, and what the store may take. In milliseconds. */
const mostOfKeyMs = 5 * deadlineMs + 5_000;

/** The process is stopped, and goes on: to whatever is under way the event loop was blocked. */
export async function blocked({ cell, operation, verdict, askAll }: ProcessFaultContext): Promise<void> {
  const { word, letGo } = await operation.begin();
  cell.process.signal('SIGSTOP');
  letGo();
  await setTimeout(blockedMs);
  cell.process.signal('SIGCONT');
  await verdict.hear('blocked for 1 s', word, { may: [operation.usual], mostMs });
  await askAll();
}

/** Who is connected is answered, if only with what is known; nobody else is let in; and it recovers. */
export async function withoutDescriptors({ cell, operation, verdict, askAll }: ProcessFaultContext): Promise<void> {
  // A connection of the client that stands, and for a subscription its socket.
  const begun = operation.ended === operation.usual ? null : await operation.begin();
  await cell.ask('{ __typename }');
  const idle = await exhaustDescriptors(cell.process.child.pid ?? 0, cell.port);
  begun?.letGo();
  const known = ['STALE', 'SOURCE_UNAVAILABLE', ...['OTHER', 'UNREACHABLE'].flatMap((kind) => [`STALE ${kind}`, `UNAVAILABLE ${kind}`])];
  const may = [operation.usual, ...known, 'REJECTED TaskSourceError', 'REJECTED SOURCE_UNAVAILABLE'];
  await verdict.hear('no descriptor left', begun?.word ?? run(operation), { may, mostMs });
  verdict.expect('without a descriptor, nobody else is let in', !(await isLetIn(cell.port)));
  idle.giveBack();
  await verdict.hear('afterwards', recovered(operation), { may: [operation.usual], mostMs: graceMs });
  await askAll();
}

/** What is under way is answered, or closed with its code; then the process ends by itself, and its client goes on at the next one. */
export async function terminated({ cell, operation, verdict }: ProcessFaultContext): Promise<void> {
  const begun = await operation.begin();
  cell.process.signal('SIGTERM');
  while (await isLetIn(cell.port));
  begun.letGo();
  await verdict.hear('SIGTERM', operation.end(begun), { may: [operation.ended], mostMs: graceMs });
  await endsWell(cell, verdict);
}

/** What was acknowledged is still known to the next one; then the process is killed while the operation is under way. */
export async function killed({ cell, operation, verdict, askAll }: ProcessFaultContext): Promise<void> {
  const may = [operation.usual, `${operation.usual} again`];
  await verdict.hear('restarted', operation.resume(), { may, mostMs });
  await askAll();
  const begun = await operation.begin();
  cell.process.signal('SIGKILL');
  await cell.process.ended;
  begun.letGo();
  await verdict.hear('SIGKILL', operation.end(begun), { may: [operation.killed], mostMs });
}

/** The next one says of what was under way what it can know; without a journal there are no actions, and reads go on. */
export async function fullDisk({ cell, operation, verdict, askAll }: ProcessFaultContext): Promise<void> {
  const replayed = ['UNKNOWN TaskOutcomeUnknownError again', 'ACCEPTED again'];
  const isAction = operation.usual === 'ACCEPTED';
  await verdict.hear('restarted', operation.resume(), { may: isAction ? replayed : [operation.usual], mostMs: mostMs + mostOfKeyMs });
  await fillDisk(cell);
  const before = cell.actions().length;
  const isRead = operation.usual === 'ANSWERED' || operation.usual === 'TASK' || operation.usual === 'CHANGED';
  // A plane without actions refuses as ever where the few bytes of that are still to be had.
  const refused = ['REJECTED LEDGER_UNAVAILABLE', ...(isAction ? [] : [operation.usual])];
  await verdict.hear('disk full', run(operation), { may: isRead ? [operation.usual] : refused, mostMs });
  verdict.expect('without a journal nothing is sent', cell.actions().length === before);
  verdict.expect('the log says what ails the store', /SQLITE_(FULL|IOERR)/.test(cell.process.err));
  await askAll();
  cell.process.signal('SIGTERM');
  await endsWell(cell, verdict);
}

async function endsWell({ process }: ProcessCell, verdict: ProcessResult): Promise<void> {
  const { code, signal } = await process.ended;
  verdict.words.push(`exit ${code ?? signal}`);
  if (code !== 0) verdict.breakOracles({ O7: `it ended with ${code ?? signal}` });
}

/** Until all is as usual; what comes of it in the end. */
async function recovered(operation: ProcessOperation): Promise<string> {
  const begun = performance.now();
  let word = await run(operation);
  while (word !== operation.usual && performance.now() - begun < graceMs) word = await run(operation);
  return word;
}

/** Whether a new connection stands, and stays for a moment. */
async function isLetIn(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').resume();
  socket.on('error', () => undefined);
  const isClosed = once(socket, 'close').then(() => false);
  const isOpen = once(socket, 'connect').then(() => setTimeout(100, true));
  const isIn = await Promise.race([isClosed, isOpen]).catch(() => false);
  socket.destroy();
  return isIn;
}
