import DataLoader from 'dataloader';

import { StoreUnavailableError } from '../../model/errors.js';
import type { TaskActionRecord, TaskEstimate, TaskStatusChange } from '../../model/history.js';
import type { JsonObject } from '../../model/scalars.js';
import { redact } from '../../model/secret.js';
import type { Task } from '../../model/task.js';
import type { ActionJournal } from '../../store/action-journal.js';
import type { HistoryStore, SourceOperation } from '../../store/history-store.js';
import type { Estimates } from './estimates.js';

export interface TaskHistoryOptions {
  readonly history: HistoryStore;
  readonly journal: Pick<ActionJournal, 'readActions'>;
  readonly estimates: Estimates;
  /** Resolves when what was seen until now is recorded, or could not be. */
  readonly whenRecorded: () => Promise<void>;
  /** What was sent of a task that its plane has. */
  readonly readPayload: (task: Task) => JsonObject | null | Promise<JsonObject | null>;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** So many kinds of work are asked for at once. */
const maxEstimatesPerBatch = 100;

/** What is kept of tasks, for one operation: one question to the store for all tasks of a page. Each rejects when the store fails. */
export class TaskHistory {
  readonly #changes: DataLoader<string, readonly TaskStatusChange[]>;
  readonly #actions: DataLoader<string, readonly TaskActionRecord[]>;
  readonly #payloads: DataLoader<string, JsonObject | null>;
  readonly #readPayload: TaskHistoryOptions['readPayload'];
  /** By what was sent. */
  readonly #redacted = new WeakMap<JsonObject, JsonObject>();
  readonly #estimates: DataLoader<SourceOperation, TaskEstimate | null, string>;

  constructor({ history, journal, estimates, whenRecorded: settled, readPayload: payloadOf, report }: TaskHistoryOptions) {
    this.#readPayload = payloadOf;
    const orSay = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
      answer.catch((error: unknown) => {
        report(error);
        throw new StoreUnavailableError('The gateway cannot read its store now; try again later.', { cause: error });
      });
    this.#changes = new DataLoader(async (ids) => {
      await settled();
      const found = await orSay(history.changes(ids));
      return ids.map((id) => found.get(id) ?? []);
    });
    this.#actions = new DataLoader(async (ids) => {
      const found = await orSay(journal.readActions(ids));
      return ids.map((id) => found.get(id) ?? []);
    });
    this.#payloads = new DataLoader(async (ids) => {
      const found = await orSay(history.payloads(ids));
      return ids.map((id) => found.get(id) ?? null);
    });
    const byWork = {
      cacheKeyFn: ({ sourceName, operation }: SourceOperation) => `${sourceName} ${operation}`,
      maxBatchSize: maxEstimatesPerBatch,
    };
    this.#estimates = new DataLoader(async (works) => {
      await settled();
      return orSay(estimates.load(works));
    }, byWork);
  }

  /** The statuses in which the task was seen, the oldest first. */
  statusChanges({ id }: Task): Promise<readonly TaskStatusChange[]> {
    return this.#changes.load(id);
  }

  /** What was asked for of the task, the oldest first. */
  actions({ id }: Task): Promise<readonly TaskActionRecord[]> {
    return this.#actions.load(id);
  }

  /** Null for a task that is finished, or is of no operation, or where too few of its kind have succeeded. */
  async estimate({ sourceName, operation, isFinished }: Task): Promise<TaskEstimate | null> {
    return isFinished || operation === null ? null : this.#estimates.load({ sourceName, operation });
  }

  /** What the plane sent, without secrets: of a task that its plane no longer has, what was kept. */
  rawPayload(task: Task): JsonObject | null | Promise<JsonObject | null> {
    const payload = task.isForgotten === true && task.payload === null ? this.#payloads.load(task.id) : this.#readPayload(task);
    return payload instanceof Promise ? payload.then((sent) => this.#redact(sent)) : this.#redact(payload);
  }

  #redact(sent: JsonObject | null): JsonObject | null {
    if (sent === null) return null;
    const redacted = this.#redacted.get(sent) ?? redact(sent);
    this.#redacted.set(sent, redacted);
    return redacted;
  }
}
