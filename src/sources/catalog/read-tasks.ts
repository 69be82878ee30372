import { mapConcurrent } from '../../lib/map-concurrent.js';
import { SourceProblemError, type TaskSourceProblemKind } from '../../model/source-problem.js';
import type { SourceConnection } from '../../upstream/connections.js';
import type { ListResponse, ReadRequest, UntranslatedTask } from '../source.js';
import type { CatalogClient } from './client.js';
import { type CatalogReadResult, parseTaskResponse } from './task.js';

/** Calls that may be under way at a time, out of one question for many tasks. */
const maxConcurrentReads = 8;

/** Problems that speak of the caller and not of the task: the tasks that have not been asked for would meet the same one. */
const callerProblemKinds: ReadonlySet<TaskSourceProblemKind> = new Set(['UNAUTHENTICATED', 'RATE_LIMITED']);

/** Reads tasks one by one, which is the only way the catalog has. */
export class CatalogTaskReader {
  readonly #connection: Pick<SourceConnection, 'name' | 'url'>;
  readonly #client: CatalogClient;

  constructor(connection: Pick<SourceConnection, 'name' | 'url'>, client: CatalogClient) {
    this.#connection = connection;
    this.#client = client;
  }

  /** An answer for each id, in the order of the ids. The ids are such as may be sent. */
  async readTasks(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, CatalogReadResult>> {
    let refusal: CatalogReadResult | null = null;
    const answers = await mapConcurrent(new Set(ids), maxConcurrentReads, async (id) => {
      const answer: CatalogReadResult = refusal ?? (await this.#read(id, request));
      if (answer.phase === 'failed' && callerProblemKinds.has(answer.error.problem.kind)) refusal = answer;
      return [id, answer] as const;
    });
    return new Map(answers);
  }

  async #read(sourceTaskId: string, request: ReadRequest): Promise<CatalogReadResult> {
    try {
      const answer = await this.#client.task(sourceTaskId, request.signal);
      const { name: sourceName, url } = this.#connection;
      return parseTaskResponse(answer, { sourceName, url, sourceTaskId, known: request.cachedTask(sourceTaskId) });
    } catch (error) {
      if (error instanceof SourceProblemError) return { phase: 'failed', error };
      throw error;
    }
  }
}

/** Tracked ids, sorted out before the plane is asked. */
export interface PartitionedIds {
  /** Known and finished: they stay as they are. */
  readonly finished: readonly string[];
  /** To be asked for. */
  readonly unfinished: readonly string[];
  /** Open ones over the limit. */
  readonly overLimit: readonly string[];
}

/** Sorts tracked ids out; `maxItems` limits how many are asked for, 0 is no limit. */
export function partitionTrackedIds(ids: readonly string[], request: ReadRequest, maxItems: number): PartitionedIds {
  const isFinished = (id: string): boolean => request.cachedTask(id)?.isFinished === true;
  const unfinished = ids.filter((id) => !isFinished(id));
  const end = maxItems === 0 ? unfinished.length : maxItems;
  return { finished: ids.filter(isFinished), unfinished: unfinished.slice(0, end), overLimit: unfinished.slice(end) };
}

/**
 * The answers for tracked tasks as one list. A task that is known and could not be read stays as it was. Throws the first
 * SourceProblemError when the credentials do not do, or when not one of those that were asked for was answered.
 */
export function buildCatalogList(
  tracked: PartitionedIds,
  answers: ReadonlyMap<string, CatalogReadResult>,
  request: ReadRequest,
): ListResponse {
  const errors = [...answers.values()].flatMap((answer) => (answer.phase === 'failed' ? [answer.error] : []));
  const [firstError] = errors;
  const fatal = errors.find(refusesCredentials) ?? (errors.length === answers.size ? firstError : undefined);
  if (fatal !== undefined) throw fatal;
  const isUnread = (id: string): boolean => unreadKinds.has(answers.get(id)?.phase ?? 'failed');
  const keptAsKnown = [...tracked.unfinished.filter(isUnread), ...tracked.overLimit].filter((id) => request.cachedTask(id) !== undefined);
  return {
    tasks: [...answers.values()].flatMap((answer): readonly UntranslatedTask[] => (answer.phase === 'found' ? [answer.reading] : [])),
    unchanged: [...tracked.finished, ...keptAsKnown],
    malformedCount: [...answers.values()].filter((answer) => answer.phase === 'unreadable').length,
    isComplete: errors.length === 0 && tracked.overLimit.length === 0,
    problem: firstError?.problem ?? null,
  };
}

const unreadKinds: ReadonlySet<CatalogReadResult['phase']> = new Set(['unreadable', 'failed'] as const);

function refusesCredentials({ problem }: SourceProblemError): boolean {
  return problem.kind === 'UNAUTHENTICATED' || problem.kind === 'FORBIDDEN';
}
