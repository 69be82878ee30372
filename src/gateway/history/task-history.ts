import DataLoader from 'dataloader';

import { StoreUnavailableError } from '../../model/errors.js';
import type { TaskActionRecord, TaskEstimate, TaskStatusChange } from '../../model/history.js';
import type { JsonObject } from '../../model/scalars.js';
import { redact } from '../../model/secret.js';
import type { Task } from '../../model/task.js';
import type { ActionJournal } from '../../store/action-journal.js';
import type { HistoryStore, SourceOperation } from '../../store/history-store.js';
import type { Estimates } from './estimates.js';

interface TaskHistoryOptions {
  readonly history: HistoryStore;
  readonly journal: Pick<ActionJournal, 'readActions'>;
  readonly estimates: Estimates;
  /** Resolves when everything observed so far, or of these tasks, is recorded, or has failed to be. */
  readonly whenRecorded: (taskIds?: readonly string[]) => Promise<void>;
  /** Reads the payload of a task that its plane has. */
  readonly readPayload: (task: Task) => JsonObject | null | Promise<JsonObject | null>;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Operations whose durations one query of the store reads. */
const maxEstimatesPerBatch = 100;

/**
 * Reads the history of tasks, for one operation: one query of the store for all tasks of a page. Each method rejects
 * when the store fails.
 */
export class TaskHistory {
  readonly #options: TaskHistoryOptions;
  readonly #changes: DataLoader<string, readonly TaskStatusChange[]>;
  readonly #actions: DataLoader<string, readonly TaskActionRecord[]>;
  readonly #payloads: DataLoader<string, JsonObject | null>;
  readonly #estimates: DataLoader<SourceOperation, TaskEstimate | null, string>;
  /** By the payload that the plane sent. */
  readonly #redacted = new WeakMap<JsonObject, JsonObject>();

  constructor(options: TaskHistoryOptions) {
    this.#options = options;
    const { history, journal, estimates, whenRecorded } = options;
    this.#changes = new DataLoader(async (taskIds) => {
      await whenRecorded(taskIds);
      const found = await this.#readStore(history.readStatusChanges(taskIds));
      return taskIds.map((id) => found.get(id) ?? []);
    });
    this.#actions = new DataLoader(async (taskIds) => {
      const found = await this.#readStore(journal.readActions(taskIds));
      return taskIds.map((id) => found.get(id) ?? []);
    });
    this.#payloads = new DataLoader(async (taskIds) => {
      const found = await this.#readStore(history.readPayloads(taskIds));
      return taskIds.map((id) => found.get(id) ?? null);
    });
    this.#estimates = new DataLoader(
      async (operations) => {
        await whenRecorded();
        return this.#readStore(estimates.load(operations));
      },
      { cacheKeyFn: ({ sourceName, operation }) => `${sourceName} ${operation}`, maxBatchSize: maxEstimatesPerBatch },
    );
  }

  /** The statuses in which the task was observed, oldest first. */
  statusChanges({ id }: Task): Promise<readonly TaskStatusChange[]> {
    return this.#changes.load(id);
  }

  /** The actions that were requested on the task, oldest first. */
  actions({ id }: Task): Promise<readonly TaskActionRecord[]> {
    return this.#actions.load(id);
  }

  /** Null for a finished task, a task without an operation, and where too few tasks of the operation have succeeded. */
  async estimate({ sourceName, operation, isFinished }: Task): Promise<TaskEstimate | null> {
    return isFinished || operation === null ? null : this.#estimates.load({ sourceName, operation });
  }

  /** What the plane sent of the task, without secrets; for a forgotten task, what was recorded. */
  rawPayload(task: Task): JsonObject | null | Promise<JsonObject | null> {
    const isRecordedOnly = task.isForgotten === true && task.payload === null;
    const payload = isRecordedOnly ? this.#payloads.load(task.id) : this.#options.readPayload(task);
    return payload instanceof Promise ? payload.then((sent) => this.#redact(sent)) : this.#redact(payload);
  }

  #redact(sent: JsonObject | null): JsonObject | null {
    if (sent === null) return null;
    const redacted = this.#redacted.get(sent) ?? redact(sent);
    this.#redacted.set(sent, redacted);
    return redacted;
  }

  async #readStore<Found>(found: Promise<Found>): Promise<Found> {
    try {
      return await found;
    } catch (error) {
      this.#options.report(error);
      throw new StoreUnavailableError('The gateway cannot read its store now; try again later.', { cause: error });
    }
  }
}
