import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { fillDisk } from './fill-disk.js';
import { deadlineMs, type ProcessCell } from './process-cell.js';
import { type ProcessOperation, run } from './process-operation.js';
import type { ProcessResult } from './process-result.js';
import { exhaustDescriptors } from './exhaust-descriptors.js';

/** What the faults of a process need: the operation in flight, and where its outcome is recorded. */
export interface ProcessFaultContext {
  readonly cell: ProcessCell;
  readonly operation: ProcessOperation;
  readonly result: ProcessResult;
  /** Checks that every source answers with all its tasks. */
  checkAllSources(): Promise<void>;
}

/** The longest duration of an action: the task is read, the action sent, the task read again, each within a deadline. */
const maxMs = 3 * deadlineMs;

/** How long the process is stopped, in milliseconds. */
const blockedMs = 1_000;

/** How long operations in flight may take after SIGTERM, in milliseconds. */
const graceMs = 10_000;

/** How long an idempotency key allowed be claimed by an interrupted action, in milliseconds: five deadlines, and the time of the store. */
const maxKeyWaitMs = 5 * deadlineMs + 5_000;

/** The process is stopped and continued, which looks like a blocked event loop to the operation in flight. */
export async function blocked({ cell, operation, result, checkAllSources }: ProcessFaultContext): Promise<void> {
  const { outcome, release } = await operation.begin();
  cell.process.signal('SIGSTOP');
  release();
  await setTimeout(blockedMs);
  cell.process.signal('SIGCONT');
  await result.expectOutcome('blocked for 1 s', outcome, { allowed: [operation.expected], maxMs });
  await checkAllSources();
}

/** Open connections are answered, possibly from the cache; new ones are refused; and the process recovers. */
export async function withoutDescriptors({ cell, operation, result, checkAllSources }: ProcessFaultContext): Promise<void> {
  // Opens the connection of the client, and the WebSocket of a subscription.
  const pending = operation.ended === operation.expected ? null : await operation.begin();
  await cell.ask('{ __typename }');
  const idle = await exhaustDescriptors(cell.process.child.pid ?? 0, cell.port);
  pending?.release();
  const cached = ['STALE', 'SOURCE_UNAVAILABLE', ...['OTHER', 'UNREACHABLE'].flatMap((kind) => [`STALE ${kind}`, `UNAVAILABLE ${kind}`])];
  const allowed = [operation.expected, ...cached, 'REJECTED TaskSourceError', 'REJECTED SOURCE_UNAVAILABLE'];
  await result.expectOutcome('no descriptor left', pending?.outcome ?? run(operation), { allowed, maxMs });
  result.expect('without a descriptor, new connections are refused', !(await acceptsConnection(cell.port)));
  idle.release();
  await result.expectOutcome('afterwards', waitForRecovery(operation), { allowed: [operation.expected], maxMs: graceMs });
  await checkAllSources();
}

/** Operations in flight are answered, or closed with their code; then the process exits, and its client continues with the next one. */
export async function terminated({ cell, operation, result }: ProcessFaultContext): Promise<void> {
  const pending = await operation.begin();
  cell.process.signal('SIGTERM');
  while (await acceptsConnection(cell.port));
  pending.release();
  await result.expectOutcome('SIGTERM', operation.end(pending), { allowed: [operation.ended], maxMs: graceMs });
  await expectCleanExit(cell, result);
}

/** The next process remembers all acknowledged actions; then it is killed while the operation is in flight. */
export async function killed({ cell, operation, result, checkAllSources }: ProcessFaultContext): Promise<void> {
  const allowed = [operation.expected, `${operation.expected} (repeated)`];
  await result.expectOutcome('restarted', operation.resume(), { allowed, maxMs });
  await checkAllSources();
  const pending = await operation.begin();
  cell.process.signal('SIGKILL');
  await cell.process.ended;
  pending.release();
  await result.expectOutcome('SIGKILL', operation.end(pending), { allowed: [operation.killed], maxMs });
}

/** The next process reports the interrupted action as far as it can know it; on a full disk actions are refused, and reads continue. */
export async function fullDisk({ cell, operation, result, checkAllSources }: ProcessFaultContext): Promise<void> {
  const replayed = ['UNKNOWN TaskOutcomeUnknownError (repeated)', 'ACCEPTED (repeated)'];
  const isAction = operation.expected === 'ACCEPTED';
  await result.expectOutcome('restarted', operation.resume(), {
    allowed: isAction ? replayed : [operation.expected],
    maxMs: maxMs + maxKeyWaitMs,
  });
  await fillDisk(cell);
  const before = cell.actions().length;
  const isRead = operation.expected === 'ANSWERED' || operation.expected === 'TASK' || operation.expected === 'CHANGED';
  // A source without actions rejects as usual when the few bytes of its audit entry still fit.
  const refused = ['REJECTED LEDGER_UNAVAILABLE', ...(isAction ? [] : [operation.expected])];
  await result.expectOutcome('disk full', run(operation), { allowed: isRead ? [operation.expected] : refused, maxMs });
  result.expect('nothing is sent when the journal cannot be written', cell.actions().length === before);
  result.expect('the log has the error of the store', /SQLITE_(FULL|IOERR)/.test(cell.process.err));
  await checkAllSources();
  cell.process.signal('SIGTERM');
  await expectCleanExit(cell, result);
}

async function expectCleanExit({ process }: ProcessCell, result: ProcessResult): Promise<void> {
  const { code, signal } = await process.ended;
  result.steps.push(`exit ${code ?? signal}`);
  if (code !== 0) result.recordBroken({ O7: `it ended with ${code ?? signal}` });
}

/** Repeats the operation until it succeeds or the time is over; its last outcome. */
async function waitForRecovery(operation: ProcessOperation): Promise<string> {
  const startedAt = performance.now();
  let outcome = await run(operation);
  while (outcome !== operation.expected && performance.now() - startedAt < graceMs) outcome = await run(operation);
  return outcome;
}

/** Whether a new connection is established and stays open for 100 ms. */
async function acceptsConnection(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').resume();
  socket.on('error', () => undefined);
  const isClosed = once(socket, 'close').then(() => false);
  const isOpen = once(socket, 'connect').then(() => setTimeout(100, true));
  const isAccepted = await Promise.race([isClosed, isOpen]).catch(() => false);
  socket.destroy();
  return isAccepted;
}
