import DataLoader from 'dataloader';

import { LedgerUnavailableError } from '../error/ledger-unavailable-error.js';
import type { Ledger } from '../ledger.js';
import { redact } from '../model/redact.js';
import type { Task } from '../model/task.js';
import type { AnswerSize } from '../read/answer-size.js';
import type { JsonObject } from '../scalars/json-object.js';
import type { TaskActionRecord } from './action-record.js';
import type { TaskEstimate } from './estimate.js';
import type { Estimates } from './estimates.js';
import type { Work } from './history.js';
import type { TaskStatusChange } from './status-change.js';

export interface TaskHistoryOptions {
  readonly ledger: Ledger;
  readonly estimates: Estimates;
  /** Resolves when what was seen until now is recorded, or could not be. */
  readonly settled: () => Promise<void>;
  /** What was sent of a task that its plane has. */
  readonly payloadOf: (task: Task) => JsonObject | null | Promise<JsonObject | null>;
  /** What the operation hands out. */
  readonly answer: AnswerSize;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** So many kinds of work are asked for at once. */
const mostWorks = 100;

/** What is kept of tasks, for one operation: one question to the ledger for all tasks of a page. Each rejects when the ledger fails. */
export class TaskHistory {
  readonly #changes: DataLoader<string, readonly TaskStatusChange[]>;
  readonly #actions: DataLoader<string, readonly TaskActionRecord[]>;
  readonly #payloads: DataLoader<string, JsonObject | null>;
  readonly #payloadOf: TaskHistoryOptions['payloadOf'];
  readonly #answer: AnswerSize;
  /** By what was sent. */
  readonly #redacted = new WeakMap<JsonObject, JsonObject>();
  readonly #estimates: DataLoader<Work, TaskEstimate | null, string>;

  constructor({ ledger, estimates, settled, payloadOf, answer, report }: TaskHistoryOptions) {
    this.#payloadOf = payloadOf;
    this.#answer = answer;
    const { history } = ledger;
    const orSay = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
      answer.catch((error: unknown) => {
        report(error);
        throw new LedgerUnavailableError('The gateway cannot read its store now; try again later.', { cause: error });
      });
    this.#changes = new DataLoader(async (ids) => {
      await settled();
      const found = await orSay(history.changes(ids));
      return ids.map((id) => found.get(id) ?? []);
    });
    this.#actions = new DataLoader(async (ids) => {
      const found = await orSay(ledger.actionsOf(ids));
      return ids.map((id) => found.get(id) ?? []);
    });
    this.#payloads = new DataLoader(async (ids) => {
      const found = await orSay(history.payloads(ids));
      return ids.map((id) => found.get(id) ?? null);
    });
    const byWork = { cacheKeyFn: ({ sourceName, operation }: Work) => `${sourceName} ${operation}`, maxBatchSize: mostWorks };
    this.#estimates = new DataLoader(async (works) => {
      await settled();
      return orSay(estimates.of(works));
    }, byWork);
  }

  /** The statuses in which the task was seen, the oldest first. */
  changesOf({ id }: Task): Promise<readonly TaskStatusChange[]> {
    return this.#changes.load(id);
  }

  /** What was asked for of the task, the oldest first. */
  actionsOf({ id }: Task): Promise<readonly TaskActionRecord[]> {
    return this.#actions.load(id);
  }

  /** Null for a task that is finished, or is of no operation, or where too few of its kind have succeeded. */
  async estimateOf({ sourceName, operation, isFinished }: Task): Promise<TaskEstimate | null> {
    return isFinished || operation === null ? null : this.#estimates.load({ sourceName, operation });
  }

  /** What the plane sent, without secrets: of a task that its plane no longer has, what was kept. */
  rawOf(task: Task): JsonObject | null | Promise<JsonObject | null> {
    const payload = task.isForgotten === true && task.payload === null ? this.#payloads.load(task.id) : this.#payloadOf(task);
    return payload instanceof Promise ? payload.then((sent) => this.#show(sent)) : this.#show(payload);
  }

  #show(sent: JsonObject | null): JsonObject | null {
    if (sent === null) return null;
    const redacted = this.#redacted.get(sent) ?? redact(sent);
    this.#redacted.set(sent, redacted);
    return this.#answer.raw(redacted);
  }
}
