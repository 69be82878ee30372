import type { Json } from '../../support/post.js';
import type { Queryable } from './queryable.js';
import { type Cell, pollMs } from './cell.js';
import { HealthStream } from './health-stream.js';
import type { Kind, OperationName } from './fault.js';

/** The state of a cell before the fault. */
export interface Baseline {
  /** The task ids of each source, by its name. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** An unfinished task, which is read with every list of its source. */
  readonly taskId: string;
  /** A task on which an action is allowed, when the plane has actions. */
  readonly actionId: string;
}

/** An operation that is ready to be sent. */
export interface PreparedOperation {
  /** Sends it and resolves to its outcome. */
  run(): Promise<string>;
  /** Closes the connections that it left open. */
  close(): void;
}

export const sourceNames = ['catalog', 'astra', 'vcf', 'healthy'] as const;

const outcome =
  '__typename taskCount source { name health { status circuit } } problem { kind message httpStatus } ... on TaskSourceAnswered { isComplete malformedCount } ... on TaskSourceUnavailable { retryAfterMs }';

/** Lists all sources, and the task ids of those that `names` selects. */
export async function listTasks(cell: Queryable, names: readonly string[], maxAgeMs: number): Promise<Json> {
  const fields = names.map(
    (name) => `${name}: tasks(first: 200, maxAgeMs: ${maxAgeMs}, filter: { sourceNames: ["${name}"] }) { nodes { id durationMs } }`,
  );
  const { data, errors } = await cell.ask(`{ all: tasks(first: 0, maxAgeMs: ${maxAgeMs}) { sources { ${outcome} } } ${fields.join(' ')} }`);
  if (errors !== undefined) throw new Error(`A list has errors: ${JSON.stringify(errors)}`);
  return data;
}

/** The outcome of one source of a list, as text. */
export function formatSourceOutcome(sourceOutcome: Json): string {
  if (sourceOutcome === undefined) return 'MISSING';
  const { __typename, isComplete, problem } = sourceOutcome;
  const state = { TaskSourceAnswered: 'ANSWERED', TaskSourceStale: 'STALE', TaskSourceUnavailable: 'UNAVAILABLE' }[String(__typename)];
  return [state, ...(isComplete === false ? ['in part'] : []), ...(problem === null ? [] : [problem.kind])].join(' ');
}

/** `deadlineMs` is that of the source; `isExpected` says whether the fault must be published to subscribers. */
export async function prepare(
  name: OperationName,
  cell: Cell,
  kind: Kind,
  { taskId, actionId }: Baseline,
  { deadlineMs, isExpected }: { readonly deadlineMs: number; readonly isExpected: boolean },
): Promise<PreparedOperation> {
  const close = (): void => undefined;
  if (name === 'list') {
    return {
      close,
      run: async () => formatSourceOutcome((await listTasks(cell, [kind], 0)).all.sources.find(({ source }: Json) => source.name === kind)),
    };
  }
  if (name === 'get') return { close, run: () => get(cell, taskId) };
  if (name === 'mutation') return { close, run: () => act(cell, actionId) };
  const stream = await HealthStream.open(cell.host, kind);
  return {
    run: async () => {
      // An expected event may take long: its latency is not what this test checks.
      const deadline = performance.now() + (isExpected ? 10_000 : 2 * pollMs + deadlineMs + 300);
      let status: string | null = null;
      // On a loaded machine a source may become slow and recover: those events are skipped.
      do status = await stream.next(Math.max(0, deadline - performance.now()));
      while (status !== null && status !== 'DOWN');
      cell.responses.push(...stream.texts);
      return stream.hasEnded ? 'ENDED' : (status ?? 'QUIET');
    },
    close: () => stream.close(),
  };
}

/** The outcome of reading one task. */
export async function get(cell: Queryable, id: string): Promise<string> {
  const { data, errors } = await cell.ask('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { id warnings { __typename } } }', { id });
  if (errors !== undefined) return String(errors[0]?.extensions?.code);
  if (data.task === null) return 'NULL';
  return data.task.warnings.some((warning: Json) => warning.__typename === 'StaleDataWarning') ? 'STALE' : 'TASK';
}

async function act(cell: Cell, id: string): Promise<string> {
  const { data, errors } = await cell.ask(
    'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome errors { __typename ... on TaskActionErrorFields { message } } } }',
    { id },
  );
  if (errors !== undefined) throw new Error(`A mutation has errors: ${JSON.stringify(errors)}`);
  return [data.retryTask.outcome, ...data.retryTask.errors.map((error: Json) => error.__typename)].join(' ');
}
