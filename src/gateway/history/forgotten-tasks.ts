import DataLoader from 'dataloader';

import { formatTaskId } from '../../model/global-id.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { forgottenTaskWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';
import type { Source } from '../../sources/source.js';
import type { ForgottenTaskFilter, HistoryStore, StoredTask } from '../../store/history-store.js';
import type { TaskReadResult } from '../cache/task-reads.js';

interface ForgottenTasksOptions {
  readonly history: HistoryStore;
  /** Whether tasks of a source are recorded: what the token of one caller can read is not. */
  readonly isRecorded: (sourceName: string) => boolean;
  /** Resolves when everything observed so far, or of these tasks, is recorded, or has failed to be. */
  readonly whenRecorded: (taskIds?: readonly string[]) => Promise<void>;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** When tasks were created, in milliseconds since 1970; null is no bound. */
export type CreationWindow = Omit<ForgottenTaskFilter, 'atMost'>;

/** Forgotten tasks of a source. */
export interface ForgottenList {
  readonly tasks: readonly Task[];
  /** Why there may be more, as a text for people; null when these are all. */
  readonly incompleteReason: string | null;
}

/** Forgotten tasks of one source that one query looks at, the newest ones. */
const maxForgottenListed = 10_000;

/** Reads forgotten tasks from the store, for one operation. When the store fails, there are none. */
export class ForgottenTasks {
  readonly #options: ForgottenTasksOptions;
  readonly #stored: DataLoader<string, StoredTask | null>;
  readonly #children = new Map<string, DataLoader<string, readonly Task[]>>();

  constructor(options: ForgottenTasksOptions) {
    this.#options = options;
    this.#stored = new DataLoader(async (taskIds) => {
      const found = await this.#readStore((history) => history.readTasks(taskIds), taskIds);
      return taskIds.map((id) => found?.get(id) ?? null);
    });
  }

  /**
   * The recorded task in place of a result that is none: when its plane says that it does not have the task, or when
   * the plane does not answer and the task is known to be forgotten. Otherwise the result itself.
   */
  async replaceIfForgotten(source: Source, sourceTaskId: string, result: TaskReadResult): Promise<TaskReadResult> {
    if (result === null) return this.find(source, sourceTaskId);
    if (!(result instanceof SourceProblemError) || !result.isRetryable) return result;
    const stored = await this.#loadStored(source, sourceTaskId);
    return stored === null || stored.forgottenAt === null ? result : markForgotten(stored.task);
  }

  /** A task that its plane does not have, as it was recorded; null when it was never observed. */
  async find(source: Source, sourceTaskId: string): Promise<Task | null> {
    const stored = await this.#loadStored(source, sourceTaskId);
    return stored === null ? null : markForgotten(stored.task);
  }

  /** The children of a forgotten task that are forgotten, too. */
  async children({ sourceName, sourceTaskId }: Task): Promise<readonly Task[]> {
    return this.#options.isRecorded(sourceName) ? this.#childrenLoader(sourceName).load(sourceTaskId) : [];
  }

  /** The forgotten tasks of a source that were created in the window, newest first, at most `maxForgottenListed`. */
  async list({ name }: Source, window: CreationWindow): Promise<ForgottenList> {
    if (!this.#options.isRecorded(name)) return { tasks: [], incompleteReason: null };
    const tasks = await this.#readStore((history) => history.readForgottenTasks(name, { ...window, atMost: maxForgottenListed + 1 }));
    if (tasks === null)
      return { tasks: [], incompleteReason: 'The gateway cannot read its store now: tasks that the plane no longer has are missing.' };
    const incompleteReason =
      tasks.length > maxForgottenListed
        ? `Of the tasks that the plane no longer has, only the newest ${maxForgottenListed} were looked at.`
        : null;
    return { tasks: tasks.slice(0, maxForgottenListed).map(markForgotten), incompleteReason };
  }

  #childrenLoader(sourceName: string): DataLoader<string, readonly Task[]> {
    const loader =
      this.#children.get(sourceName) ??
      new DataLoader<string, readonly Task[]>(async (parentIds) => {
        const found = await this.#readStore((history) => history.readForgottenChildren(sourceName, parentIds));
        return parentIds.map((id) => (found?.get(id) ?? []).map(markForgotten));
      });
    this.#children.set(sourceName, loader);
    return loader;
  }

  async #loadStored(source: Source, sourceTaskId: string): Promise<StoredTask | null> {
    return this.#options.isRecorded(source.name) && source.isTaskId(sourceTaskId)
      ? this.#stored.load(formatTaskId(source.name, sourceTaskId))
      : null;
  }

  /** Reads the store once everything observed so far is recorded; null when it fails, which only the log learns. */
  async #readStore<Found>(read: (history: HistoryStore) => Promise<Found>, taskIds?: readonly string[]): Promise<Found | null> {
    const { history, whenRecorded, report } = this.#options;
    await whenRecorded(taskIds);
    try {
      return await read(history);
    } catch (error) {
      report(error);
      return null;
    }
  }
}

function markForgotten(task: Task): Task {
  return { ...task, isForgotten: true, warnings: [...task.warnings, forgottenTaskWarning(task.observedAt)] };
}
