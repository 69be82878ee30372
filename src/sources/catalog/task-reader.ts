import { SourceProblemError } from '../../task/error/source-problem-error.js';
import { inOrder } from '../../task/in-order.js';
import type { TaskSourceProblemKind } from '../../task/source/problem-kind.js';
import type { SourceConnection } from '../../task/source/source-module.js';
import type { ReadRequest } from '../../task/source/source.js';
import type { CatalogClient } from './client.js';
import { type TaskAnswer, taskAnswerOf } from './task-answer.js';

/** Calls that may be under way at a time, out of one question for many tasks. */
const readsAtOnce = 8;

/** Problems that speak of the caller and not of the task: the tasks that have not been asked for would meet the same one. */
const ofCaller: ReadonlySet<TaskSourceProblemKind> = new Set(['UNAUTHENTICATED', 'RATE_LIMITED']);

/** Reads tasks one by one, which is the only way the catalog has. */
export class TaskReader {
  readonly #connection: Pick<SourceConnection, 'name' | 'url'>;
  readonly #client: CatalogClient;

  constructor(connection: Pick<SourceConnection, 'name' | 'url'>, client: CatalogClient) {
    this.#connection = connection;
    this.#client = client;
  }

  /** An answer for each id, in the order of the ids. The ids are such as may be sent. */
  async readEach(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, TaskAnswer>> {
    let refusal: TaskAnswer | null = null;
    const answers = await inOrder(new Set(ids), readsAtOnce, async (id) => {
      const answer: TaskAnswer = refusal ?? (await this.#read(id, request));
      if (answer.phase === 'failed' && ofCaller.has(answer.error.problem.kind)) refusal = answer;
      return [id, answer] as const;
    });
    return new Map(answers);
  }

  async #read(sourceTaskId: string, request: ReadRequest): Promise<TaskAnswer> {
    try {
      const answer = await this.#client.task(sourceTaskId, request.signal);
      const { name: sourceName, url } = this.#connection;
      return taskAnswerOf(answer, { sourceName, url, sourceTaskId, known: request.known(sourceTaskId) });
    } catch (error) {
      if (error instanceof SourceProblemError) return { phase: 'failed', error };
      throw error;
    }
  }
}
