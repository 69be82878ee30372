import type { Json } from '../../support/post.js';
import type { Queryable } from './queryable.js';
import { Cell, type CellOptions, pollMs, defaultDeadlineMs } from './cell.js';
import { type Kind, type MatrixFault, type OperationName } from './fault.js';
import { EventLoopLag } from './event-loop-lag.js';
import { returnedToCount, countOpenHandles } from './open-handles.js';
import { type Baseline, listTasks, prepare, sourceNames, formatSourceOutcome } from './operations.js';
import { Rejections } from './rejections.js';

export const oracles = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O8'] as const;
export type Oracle = (typeof oracles)[number];

/** The result of a cell. */
export interface CellResult {
  readonly fault: number;
  readonly kind: Kind;
  readonly operation: OperationName;
  /** The outcome as text; null when the cell does not exist. */
  readonly outcome: string | null;
  /** The violated oracles with the reason; 'outcome' when the outcome was not an expected one. */
  readonly broken: Readonly<Partial<Record<Oracle | 'outcome', string>>>;
  /** The oracles that do not apply to this cell. */
  readonly silent: readonly Oracle[];
}

export interface CellSetup extends Omit<CellOptions, 'faults'> {
  readonly fault: MatrixFault;
  readonly kind: Kind;
}

/**
 * Runs one cell of the matrix and checks the eight oracles. A failing cell is run once more: the deadlines are short, and a loaded
 * machine may exceed them.
 */
export async function runCell(setup: CellSetup): Promise<CellResult> {
  const result = await runOnce(setup);
  return Object.keys(result.broken).length === 0 ? result : runOnce(setup);
}

/** Runs one cell without repetition. */
export async function runOnce(setup: CellSetup): Promise<CellResult> {
  const { fault, kind, operation, planes } = setup;
  const expected = fault.expected(operation, kind);
  const cellKey = { fault: fault.number, kind, operation };
  if (expected === null) return { ...cellKey, outcome: null, broken: {}, silent: [] };
  const broken: Partial<Record<Oracle | 'outcome', string>> = {};
  const silent = new Set<Oracle>();
  const before = countOpenHandles();
  const rejections = new Rejections();
  const cell = await Cell.start({ ...setup, faults: { [kind]: fault } });
  let outcome = '';
  try {
    const baseline = await readBaseline(cell, kind, planes.vcf.addTask({ status: 'FAILED' }));
    const deadlineMs = Number(fault.settings?.['timeoutMs'] ?? defaultDeadlineMs);
    const prepared = await prepare(operation, cell, kind, baseline, { deadlineMs, isExpected: !expected.includes('QUIET') });
    const proxy = cell.proxy(kind);
    await cell.beginFault(kind);
    proxy.arrivals.length = 0;
    const lag = new EventLoopLag();
    const startedAt = performance.now();
    outcome = await prepared.run();
    const durationMs = performance.now() - startedAt;
    // The lag of a loaded machine does not count.
    const maxMs = maxDurationMs(deadlineMs, operation) + 100 + lag.stop() * 2;
    if (outcome === 'QUIET') silent.add('O1');
    else if (durationMs > maxMs) broken.O1 = `it took ${Math.round(durationMs)} ms of ${Math.round(maxMs)}`;
    if (!expected.includes(outcome)) broken.outcome = `${outcome}, not ${expected.join(' or ')}`;
    Object.assign(broken, await checkSources(cell, baseline, [kind]));

    const sends = proxy.arrivals.filter(
      ({ method, path }) => method !== 'GET' && !/^\/(v1\/tokens|service-account-token)/.test(path),
    ).length;
    if (operation !== 'mutation') silent.add('O4');
    if (sends > (operation === 'mutation' ? (fault.sends ?? 1) : 0)) broken.O4 = `${sends} actions arrived`;

    const circuit = await checkCircuit(cell, fault, kind, operation);
    if (circuit === null) silent.add('O8');
    else if (circuit !== '') broken.O8 = circuit;
    prepared.close();
    if (planes.otherOrigin.calls.length > 0) broken.O6 = 'a request went to another origin';
  } finally {
    await cell.close();
  }
  const leaked = findLeak(cell, operation);
  if (leaked !== null) broken.O6 = leaked;
  const unhandled = await rejections.end();
  if (unhandled.length > 0) broken.O5 = String(unhandled[0]);
  if (!(await returnedToCount(before))) broken.O7 = `${countOpenHandles()} sockets and timers, ${before} before`;
  return { ...cellKey, outcome, broken, silent: [...silent] };
}

export async function readBaseline(cell: Cell, kind: Kind, failedId: string): Promise<Baseline> {
  let data = await listTasks(cell, sourceNames, 0);
  // On a loaded machine a read may exceed its short deadline: repeat until every source has answered.
  for (let reads = 0; reads < 10 && data.all.sources.some((source: Json) => formatSourceOutcome(source) !== 'ANSWERED'); reads++) {
    cell.wait(60_000);
    data = await listTasks(cell, sourceNames, 0);
  }
  const ids = new Map(sourceNames.map((name) => [name, data[name].nodes.map(({ id }: Json) => String(id)).toSorted()]));
  // Reads twice, so that there are persistent connections.
  await listTasks(cell, [], 0);
  const filter = `{ sourceNames: ["${kind}"], isFinished: false }`;
  const unfinished = await cell.ask(`{ tasks(first: 1, maxAgeMs: 60000, filter: ${filter}) { nodes { id } } }`);
  const taskId = String(unfinished.data.tasks.nodes[0].id);
  return { ids, taskId, actionId: kind === 'vcf' ? `vcf:${failedId}` : taskId };
}

/** O2 and O3: the sources without a fault are complete, and every source is listed once. */
export async function checkSources(
  cell: Queryable,
  baseline: Pick<Baseline, 'ids'>,
  faulty: readonly Kind[],
): Promise<Partial<Record<'O2' | 'O3', string>>> {
  const healthy = sourceNames.filter((name) => !faulty.some((kind) => kind === name));
  const data = await listTasks(cell, healthy, 0);
  const lost = healthy.filter((name) => {
    const ids = new Set(data[name].nodes.map(({ id }: Json) => id));
    return baseline.ids.get(name)?.some((id) => !ids.has(id)) === true;
  });
  const named = data.all.sources.map(({ source }: Json) => source.name);
  const negative = healthy.some((name) => data[name].nodes.some(({ durationMs }: Json) => durationMs !== null && durationMs < 0));
  return {
    ...(lost.length > 0 && { O2: `tasks of ${lost.join(', ')} are missing` }),
    ...(negative && { O2: 'a task took less than no time' }),
    ...(JSON.stringify(named) !== JSON.stringify(sourceNames) && { O3: `the sources are ${named.join(', ')}` }),
  };
}

/** O8, the state of the circuit breaker: null when none is expected, empty when it is as expected, else the actual state. */
async function checkCircuit(cell: Cell, fault: MatrixFault, kind: Kind, operation: OperationName): Promise<string | null> {
  if (fault.breaker === 'either') return null;
  const readCircuit = async (): Promise<string> =>
    (await cell.ask(`{ taskSource(name: "${kind}") { health { circuit } } }`)).data.taskSource.health.circuit;
  if (operation !== 'list') {
    if (fault.breaker === 'opens') return null;
    const now = await readCircuit();
    return now === 'CLOSED' ? '' : `it is ${now}`;
  }
  const read = (): Promise<unknown> => cell.ask(`{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["${kind}"] }) { totalCount } }`);
  let circuit = await readCircuit();
  // Concurrent reads share a call, so that several rounds are needed for enough calls.
  for (let round = 0; round < (fault.breaker === 'opens' ? 5 : 1) && circuit === 'CLOSED'; round++) {
    const reads: Promise<unknown>[] = [];
    // A few milliseconds apart, so that most of them are calls of their own.
    for (let count = 0; count < 14; count++) {
      reads.push(read());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(reads);
    circuit = await readCircuit();
  }
  const expected = fault.breaker === 'opens' ? ['OPEN', 'HALF_OPEN'] : ['CLOSED'];
  return expected.includes(circuit) ? '' : `it is ${circuit}`;
}

/** In milliseconds. An action reads the task, is sent, and reads it again; a subscriber receives the second poll at the latest. */
function maxDurationMs(deadlineMs: number, operation: OperationName): number {
  if (operation === 'mutation') return 3 * deadlineMs;
  return operation === 'subscription' ? deadlineMs + 2 * pollMs + 300 : deadlineMs;
}

/** O6: no part of a credential and no text of a plane appears in a response or in the log. */
export function findLeak(cell: Pick<Cell, 'responses' | 'log' | 'secrets'>, operation: OperationName): string | null {
  // The reason for a rejected action is the text of the plane, without addresses and credentials.
  const allowed = operation === 'mutation' ? /canary-words/g : /(?!)/g;
  const all = [...cell.responses, ...cell.log].join('\n').replaceAll(allowed, '');
  const found = [...cell.secrets().map((secret) => secret.slice(0, 24)), 'canary', 'polluted', 'node_modules'].find((secret) =>
    all.includes(secret),
  );
  return found === undefined ? null : `${found.slice(0, 8)}… leaked`;
}
