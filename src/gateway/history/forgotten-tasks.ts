import DataLoader from 'dataloader';

import { formatTaskId } from '../../model/global-id.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { forgottenTaskWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';
import type { Source } from '../../sources/source.js';
import type { HistoryStore, StoredTask } from '../../store/history-store.js';
import type { TaskReadResult } from '../cache/task-reads.js';

export interface ForgottenTasksOptions {
  readonly history: HistoryStore;
  /** Whether tasks of a source are kept: what one caller's token brought is not. */
  readonly isRecorded: (sourceName: string) => boolean;
  /** Resolves when what was seen until now is recorded, or could not be. */
  readonly whenRecorded: () => Promise<void>;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** When tasks were created, in milliseconds since 1970; null is no bound. */
export interface CreationWindow {
  readonly createdAfter: number | null;
  readonly createdBefore: number | null;
}

/** Tasks of a source that its plane no longer has. */
export interface ForgottenList {
  readonly tasks: readonly Task[];
  /** Why there may be more, for people; null when there are not. */
  readonly missing: string | null;
}

/** So many tasks of one source are looked at for one page. */
const maxForgottenListed = 10_000;

/** Tasks that planes no longer have, from the store, for one operation. A store that fails makes no read fail: it has none then. */
export class ForgottenTasks {
  readonly #options: ForgottenTasksOptions;
  readonly #stored: DataLoader<string, StoredTask | null>;
  readonly #children = new Map<string, DataLoader<string, readonly Task[]>>();

  constructor(options: ForgottenTasksOptions) {
    this.#options = options;
    const { history, whenRecorded: settled, report } = options;
    this.#stored = new DataLoader(async (ids) => {
      await settled();
      const found = await history.tasks(ids).catch((error: unknown) => {
        report(error);
        return new Map<string, StoredTask>();
      });
      return ids.map((id) => found.get(id) ?? null);
    });
  }

  /**
   * What is served in place of an answer that is no task: the task as it was kept, where the plane says that it does not have it, or
   * where the plane does not answer and is known to have it no longer. Otherwise the answer itself.
   */
  async replaceIfForgotten(source: Source, sourceTaskId: string, answer: TaskReadResult): Promise<TaskReadResult> {
    if (answer === null) return this.find(source, sourceTaskId);
    if (!(answer instanceof SourceProblemError) || !answer.isRetryable) return answer;
    const kept = await this.#loadStored(source, sourceTaskId);
    return kept === null || kept.goneAt === null ? answer : markForgotten(kept.task);
  }

  /** A task that its plane does not have, as it was kept; null when it was never seen. */
  async find(source: Source, sourceTaskId: string): Promise<Task | null> {
    const kept = await this.#loadStored(source, sourceTaskId);
    return kept === null ? null : markForgotten(kept.task);
  }

  /** The tasks that were part of a forgotten one, and are forgotten, too. */
  async children({ sourceName, sourceTaskId }: Task): Promise<readonly Task[]> {
    const { history, isRecorded: isKept, whenRecorded: settled, report } = this.#options;
    if (!isKept(sourceName)) return [];
    const loader =
      this.#children.get(sourceName) ??
      new DataLoader<string, readonly Task[]>(async (ids) => {
        await settled();
        const found = await history.forgottenChildren(sourceName, ids).catch((error: unknown) => {
          report(error);
          return new Map<string, readonly Task[]>();
        });
        return ids.map((id) => (found.get(id) ?? []).map(markForgotten));
      });
    this.#children.set(sourceName, loader);
    return loader.load(sourceTaskId);
  }

  /** All of a source that were created then; the newest 10,000. */
  async list({ name }: Source, window: CreationWindow): Promise<ForgottenList> {
    const { history, isRecorded: isKept, whenRecorded: settled, report } = this.#options;
    if (!isKept(name)) return { tasks: [], missing: null };
    await settled();
    try {
      const tasks = await history.forgottenTasks(name, { ...window, atMost: maxForgottenListed + 1 });
      const missing =
        tasks.length > maxForgottenListed
          ? `Of the tasks that the plane no longer has, only the newest ${maxForgottenListed} were looked at.`
          : null;
      return { tasks: tasks.slice(0, maxForgottenListed).map(markForgotten), missing };
    } catch (error) {
      report(error);
      return { tasks: [], missing: 'The gateway cannot read its store now: tasks that the plane no longer has are missing.' };
    }
  }

  async #loadStored(source: Source, sourceTaskId: string): Promise<StoredTask | null> {
    return this.#options.isRecorded(source.name) && source.isTaskId(sourceTaskId)
      ? this.#stored.load(formatTaskId(source.name, sourceTaskId))
      : null;
  }
}

function markForgotten(task: Task): Task {
  return { ...task, isForgotten: true, warnings: [...task.warnings, forgottenTaskWarning(task.observedAt)] };
}
