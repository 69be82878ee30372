import type { Json } from '../../support/post.js';
import type { Queryable } from './queryable.js';
import { type Cell, pollMs } from './cell.js';
import { HealthStream } from './health-stream.js';
import type { Kind, OperationName } from './fault.js';

/** What is known of a cell before anything goes wrong. */
export interface Baseline {
  /** Ids of the tasks of each source, by its name. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** One that is asked for with every reading of its source. */
  readonly taskId: string;
  /** One that could be acted on, where the plane has actions. */
  readonly actionId: string;
}

/** An operation that is ready to begin. */
export interface Prepared {
  /** Begins it, and says what came of it in one word or two. */
  run(): Promise<string>;
  /** Whatever else it left open. */
  close(): void;
}

export const sourceNames = ['catalog', 'astra', 'vcf', 'well'] as const;

const outcome =
  '__typename taskCount source { name health { status circuit } } problem { kind message httpStatus } ... on TaskSourceAnswered { isComplete malformedCount } ... on TaskSourceUnavailable { retryAfterMs }';

/** All sources, each with the ids of its tasks; `of` are those whose tasks are wanted. */
export async function listOf(cell: Queryable, of: readonly string[], maxAgeMs: number): Promise<Json> {
  const fields = of.map(
    (name) => `${name}: tasks(first: 200, maxAgeMs: ${maxAgeMs}, filter: { sourceNames: ["${name}"] }) { nodes { id durationMs } }`,
  );
  const { data, errors } = await cell.ask(`{ all: tasks(first: 0, maxAgeMs: ${maxAgeMs}) { sources { ${outcome} } } ${fields.join(' ')} }`);
  if (errors !== undefined) throw new Error(`A list has errors: ${JSON.stringify(errors)}`);
  return data;
}

/** In a word: what became of asking one source. */
export function wordOf(outcomeOfSource: Json): string {
  if (outcomeOfSource === undefined) return 'MISSING';
  const { __typename, isComplete, problem } = outcomeOfSource;
  const state = { TaskSourceAnswered: 'ANSWERED', TaskSourceStale: 'STALE', TaskSourceUnavailable: 'UNAVAILABLE' }[String(__typename)];
  return [state, ...(isComplete === false ? ['in part'] : []), ...(problem === null ? [] : [problem.kind])].join(' ');
}

/** `deadlineMs` is that of the source; `isExpected` says whether watchers are to hear of the fault. */
export async function prepare(
  name: OperationName,
  cell: Cell,
  kind: Kind,
  { taskId, actionId }: Baseline,
  { deadlineMs, isExpected }: { readonly deadlineMs: number; readonly isExpected: boolean },
): Promise<Prepared> {
  const close = (): void => undefined;
  if (name === 'list') {
    return { close, run: async () => wordOf((await listOf(cell, [kind], 0)).all.sources.find(({ source }: Json) => source.name === kind)) };
  }
  if (name === 'get') return { close, run: () => get(cell, taskId) };
  if (name === 'mutation') return { close, run: () => act(cell, actionId) };
  const stream = await HealthStream.open(cell.host, kind);
  return {
    run: async () => {
      // Whether news that are to come come in time is judged elsewhere.
      const ends = performance.now() + (isExpected ? 10_000 : 2 * pollMs + deadlineMs + 300);
      let status: string | null = null;
      // A busy machine may make a source slow, and well again; that is no news here.
      do status = await stream.next(Math.max(0, ends - performance.now()));
      while (status !== null && status !== 'DOWN');
      cell.said.push(...stream.texts);
      return stream.hasEnded ? 'ENDED' : (status ?? 'QUIET');
    },
    close: () => stream.close(),
  };
}

/** What came of asking for one task. */
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
