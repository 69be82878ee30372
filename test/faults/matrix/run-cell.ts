import type { Json } from '../../support/post.js';
import type { Queryable } from './queryable.js';
import { Cell, type CellOptions, pollMs, usualDeadlineMs } from './cell.js';
import { type Kind, type MatrixFault, type OperationName } from './fault.js';
import { EventLoopLag } from './event-loop-lag.js';
import { returnedToCount, countOpenHandles } from './open-handles.js';
import { type Baseline, listOf, prepare, sourceNames, wordOf } from './operations.js';
import { Rejections } from './rejections.js';

export const oracles = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O8'] as const;
export type Oracle = (typeof oracles)[number];

/** What became of a cell. */
export interface CellResult {
  readonly fault: number;
  readonly kind: Kind;
  readonly operation: OperationName;
  /** In words; null where there is no such cell. */
  readonly outcome: string | null;
  /** Broken ones, with why; and 'outcome' where another one came than may. */
  readonly broken: Readonly<Partial<Record<Oracle | 'outcome', string>>>;
  /** Those that say nothing of this cell. */
  readonly silent: readonly Oracle[];
}

export interface CellQuestion extends Omit<CellOptions, 'ills'> {
  readonly fault: MatrixFault;
  readonly kind: Kind;
}

/**
 * Runs one cell of the matrix and asks the eight oracles: once more when one is broken, because deadlines are short here and a
 * busy machine can be slower. What is broken twice is broken.
 */
export async function runCell(question: CellQuestion): Promise<CellResult> {
  const result = await runOnce(question);
  return Object.keys(result.broken).length === 0 ? result : runOnce(question);
}

/** The same, once. */
export async function runOnce(question: CellQuestion): Promise<CellResult> {
  const { fault, kind, operation, planes } = question;
  const expected = fault.expected(operation, kind);
  const where = { fault: fault.number, kind, operation };
  if (expected === null) return { ...where, outcome: null, broken: {}, silent: [] };
  const broken: Partial<Record<Oracle | 'outcome', string>> = {};
  const silent = new Set<Oracle>();
  const before = countOpenHandles();
  const rejections = new Rejections();
  const cell = await Cell.start({ ...question, ills: { [kind]: fault } });
  let outcome = '';
  try {
    const baseline = await baselineOf(cell, kind, planes.vcf.addTask({ status: 'FAILED' }));
    const deadlineMs = Number(fault.settings?.['timeoutMs'] ?? usualDeadlineMs);
    const prepared = await prepare(operation, cell, kind, baseline, { deadlineMs, isExpected: !expected.includes('QUIET') });
    const proxy = cell.proxy(kind);
    await cell.fall(kind);
    proxy.arrivals.length = 0;
    const lag = new EventLoopLag();
    const begun = performance.now();
    outcome = await prepared.run();
    const tookMs = performance.now() - begun;
    // What a busy machine adds is none of the gateway's.
    const mostMs = longestMs(deadlineMs, operation) + 100 + lag.end() * 2;
    if (outcome === 'QUIET') silent.add('O1');
    else if (tookMs > mostMs) broken.O1 = `it took ${Math.round(tookMs)} ms of ${Math.round(mostMs)}`;
    if (!expected.includes(outcome)) broken.outcome = `${outcome}, not ${expected.join(' or ')}`;
    Object.assign(broken, await askTheSources(cell, baseline, [kind]));

    const sends = proxy.arrivals.filter(
      ({ method, path }) => method !== 'GET' && !/^\/(v1\/tokens|service-account-token)/.test(path),
    ).length;
    if (operation !== 'mutation') silent.add('O4');
    if (sends > (operation === 'mutation' ? (fault.sends ?? 1) : 0)) broken.O4 = `${sends} actions arrived`;

    const circuit = await predict(cell, fault, kind, operation);
    if (circuit === null) silent.add('O8');
    else if (circuit !== '') broken.O8 = circuit;
    prepared.close();
    if (planes.elsewhere.calls.length > 0) broken.O6 = 'another origin was asked';
  } finally {
    await cell.close();
  }
  const leaked = leakOf(cell, operation);
  if (leaked !== null) broken.O6 = leaked;
  const unhandled = await rejections.end();
  if (unhandled.length > 0) broken.O5 = String(unhandled[0]);
  if (!(await returnedToCount(before))) broken.O7 = `${countOpenHandles()} sockets and timers, there were ${before}`;
  return { ...where, outcome, broken, silent: [...silent] };
}

export async function baselineOf(cell: Cell, kind: Kind, failedId: string): Promise<Baseline> {
  let data = await listOf(cell, sourceNames, 0);
  // A busy machine can be too slow for a short deadline: what is to fall ill is well first.
  for (let reads = 0; reads < 10 && data.all.sources.some((source: Json) => wordOf(source) !== 'ANSWERED'); reads++) {
    cell.wait(60_000);
    data = await listOf(cell, sourceNames, 0);
  }
  const ids = new Map(sourceNames.map((name) => [name, data[name].nodes.map(({ id }: Json) => String(id)).toSorted()]));
  // Twice, so that there are connections that were kept.
  await listOf(cell, [], 0);
  const filter = `{ sourceNames: ["${kind}"], isFinished: false }`;
  const open = await cell.ask(`{ tasks(first: 1, maxAgeMs: 60000, filter: ${filter}) { nodes { id } } }`);
  const taskId = String(open.data.tasks.nodes[0].id);
  return { ids, taskId, actionId: kind === 'vcf' ? `vcf:${failedId}` : taskId };
}

/** O2 and O3: what is well is whole, and every source is there once. */
export async function askTheSources(
  cell: Queryable,
  baseline: Pick<Baseline, 'ids'>,
  ill: readonly Kind[],
): Promise<Partial<Record<'O2' | 'O3', string>>> {
  const well = sourceNames.filter((name) => !ill.some((kind) => kind === name));
  const data = await listOf(cell, well, 0);
  const lost = well.filter((name) => {
    const ids = new Set(data[name].nodes.map(({ id }: Json) => id));
    return baseline.ids.get(name)?.some((id) => !ids.has(id)) === true;
  });
  const named = data.all.sources.map(({ source }: Json) => source.name);
  const negative = well.some((name) => data[name].nodes.some(({ durationMs }: Json) => durationMs !== null && durationMs < 0));
  return {
    ...(lost.length > 0 && { O2: `tasks of ${lost.join(', ')} are missing` }),
    ...(negative && { O2: 'a task took less than no time' }),
    ...(JSON.stringify(named) !== JSON.stringify(sourceNames) && { O3: `the sources are ${named.join(', ')}` }),
  };
}

/** Null: nothing is foreseen; empty: it is as foreseen; else how it is instead. */
async function predict(cell: Cell, fault: MatrixFault, kind: Kind, operation: OperationName): Promise<string | null> {
  if (fault.breaker === 'either') return null;
  const circuitOf = async (): Promise<string> =>
    (await cell.ask(`{ taskSource(name: "${kind}") { health { circuit } } }`)).data.taskSource.health.circuit;
  if (operation !== 'list') {
    if (fault.breaker === 'opens') return null;
    const now = await circuitOf();
    return now === 'CLOSED' ? '' : `it is ${now}`;
  }
  const read = (): Promise<unknown> => cell.ask(`{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["${kind}"] }) { totalCount } }`);
  let circuit = await circuitOf();
  // Some of those that ask at the same time share a call: a few rounds make enough of them.
  for (let round = 0; round < (fault.breaker === 'opens' ? 5 : 1) && circuit === 'CLOSED'; round++) {
    const reads: Promise<unknown>[] = [];
    // A few milliseconds apart, so that most of them ask the plane by themselves.
    for (let count = 0; count < 14; count++) {
      reads.push(read());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(reads);
    circuit = await circuitOf();
  }
  const foreseen = fault.breaker === 'opens' ? ['OPEN', 'HALF_OPEN'] : ['CLOSED'];
  return foreseen.includes(circuit) ? '' : `it is ${circuit}`;
}

/** Milliseconds. An action reads the task before, is sent, and reads it afterwards; a watcher hears of the poll after next at the latest. */
function longestMs(deadlineMs: number, operation: OperationName): number {
  if (operation === 'mutation') return 3 * deadlineMs;
  return operation === 'subscription' ? deadlineMs + 2 * pollMs + 300 : deadlineMs;
}

/** O6: no credential, not even a piece of one, and no word that only a plane may say, in any answer or in the log. */
export function leakOf(cell: Pick<Cell, 'said' | 'log' | 'secrets'>, operation: OperationName): string | null {
  // Why an action was refused is told in the words of the plane, without addresses and credentials.
  const allowed = operation === 'mutation' ? /canary-words/g : /(?!)/g;
  const all = [...cell.said, ...cell.log].join('\n').replaceAll(allowed, '');
  const found = [...cell.secrets().map((secret) => secret.slice(0, 24)), 'canary', 'polluted', 'node_modules'].find((secret) =>
    all.includes(secret),
  );
  return found === undefined ? null : `${found.slice(0, 8)}… was said`;
}
