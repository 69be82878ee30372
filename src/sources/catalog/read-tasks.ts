import { mapConcurrent } from '../../lib/map-concurrent.js';
import { SourceProblemError, type TaskSourceProblemKind } from '../../model/source-problem.js';
import { BodyReadings } from '../../upstream/body/response-body.js';
import type { SourceSettings } from '../../upstream/source-settings.js';
import { type ListResponse, maxConcurrentTaskReads, type ReadRequest, type UntranslatedTask } from '../source.js';
import type { CatalogClient } from './client.js';
import { type CatalogReadResult, parseTaskResponse } from './task.js';

/** Problems of the caller and not of a task: reads that have not been sent yet would have the same problem. */
const callerProblemKinds: ReadonlySet<TaskSourceProblemKind> = new Set(['UNAUTHENTICATED', 'RATE_LIMITED']);

/** Reads tasks one by one, which is the only way the catalog has. */
export class CatalogTaskReader {
  readonly #sourceName: string;
  readonly #url: URL;
  readonly #client: CatalogClient;
  readonly #tasks = new BodyReadings<CatalogReadResult>();

  constructor({ name, transport }: SourceSettings, client: CatalogClient) {
    this.#sourceName = name;
    this.#url = transport.url;
    this.#client = client;
  }

  /** A result for each id, in the order of the ids, all of which may be sent to the plane. */
  async readTasks(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, CatalogReadResult>> {
    let callerProblem: CatalogReadResult | null = null;
    const results = await mapConcurrent(new Set(ids), maxConcurrentTaskReads, async (id) => {
      const result: CatalogReadResult = callerProblem ?? (await this.#read(id, request));
      if (result.kind === 'failed' && callerProblemKinds.has(result.error.problem.kind)) callerProblem = result;
      return [id, result] as const;
    });
    return new Map(results);
  }

  async #read(sourceTaskId: string, request: ReadRequest): Promise<CatalogReadResult> {
    try {
      const response = await this.#client.task(sourceTaskId, request.signal);
      const cached = request.cachedTask(sourceTaskId);
      const parse = () => parseTaskResponse(response, { sourceName: this.#sourceName, url: this.#url, sourceTaskId, cached });
      // Of a task that the catalog sends, nothing depends on how it was cached.
      return response.isSuccess ? this.#tasks.read(response.body, parse, ({ kind }) => kind === 'found') : parse();
    } catch (error) {
      if (error instanceof SourceProblemError) return { kind: 'failed', error };
      throw error;
    }
  }
}

/** Tracked ids by what a list does with them. */
interface PartitionedIds {
  /** Finished in the cache: they cannot change any more. */
  readonly finished: readonly string[];
  /** To be read. */
  readonly unfinished: readonly string[];
  /** Unfinished ones over the limit. */
  readonly overLimit: readonly string[];
}

/** Partitions tracked ids; `maxItems` limits how many are read, 0 is no limit. */
export function partitionTrackedIds(ids: readonly string[], request: ReadRequest, maxItems: number): PartitionedIds {
  const isFinished = (id: string): boolean => request.cachedTask(id)?.isFinished === true;
  const unfinished = ids.filter((id) => !isFinished(id));
  const end = maxItems === 0 ? unfinished.length : maxItems;
  return { finished: ids.filter(isFinished), unfinished: unfinished.slice(0, end), overLimit: unfinished.slice(end) };
}

/**
 * Builds a list from the results for tracked tasks. A cached task that could not be read stays as it is. Throws the
 * first SourceProblemError when the plane refuses the credentials, or when every read failed.
 */
export function buildCatalogList(
  tracked: PartitionedIds,
  results: ReadonlyMap<string, CatalogReadResult>,
  request: ReadRequest,
): ListResponse {
  const all = [...results.values()];
  const errors = all.flatMap((result) => (result.kind === 'failed' ? [result.error] : []));
  const [firstError] = errors;
  const fatal = errors.find((error) => error.isCredentialRefusal) ?? (errors.length === all.length ? firstError : undefined);
  if (fatal !== undefined) throw fatal;
  const isUnread = (id: string): boolean => {
    const kind = results.get(id)?.kind ?? 'failed';
    return kind === 'failed' || kind === 'unreadable';
  };
  const unread = [...tracked.unfinished.filter(isUnread), ...tracked.overLimit];
  return {
    tasks: all.flatMap((result): readonly UntranslatedTask[] => (result.kind === 'found' ? [result.task] : [])),
    unchangedIds: tracked.finished,
    unreadIds: unread.filter((id) => request.cachedTask(id) !== undefined),
    malformedCount: all.filter((result) => result.kind === 'unreadable').length,
    isComplete: errors.length === 0 && tracked.overLimit.length === 0,
    problem: firstError?.problem ?? null,
  };
}
