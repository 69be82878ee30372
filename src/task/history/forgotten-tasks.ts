import DataLoader from 'dataloader';

import { SourceProblemError } from '../error/source-problem-error.js';
import { forgottenData } from '../model/gateway-warnings.js';
import { taskIdOf } from '../model/id.js';
import type { Task } from '../model/task.js';
import type { TaskAnswer } from '../read/view/view-reads.js';
import type { Source } from '../source/source.js';
import type { History, KeptTask } from './history.js';

export interface ForgottenTasksOptions {
  readonly history: History;
  /** Whether tasks of a source are kept: what one caller's token brought is not. */
  readonly isKept: (sourceName: string) => boolean;
  /** Resolves when what was seen until now is recorded, or could not be. */
  readonly settled: () => Promise<void>;
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
const mostInList = 10_000;

/** Tasks that planes no longer have, from the ledger, for one operation. A ledger that fails makes no read fail: it has none then. */
export class ForgottenTasks {
  readonly #options: ForgottenTasksOptions;
  readonly #kept: DataLoader<string, KeptTask | null>;
  readonly #children = new Map<string, DataLoader<string, readonly Task[]>>();

  constructor(options: ForgottenTasksOptions) {
    this.#options = options;
    const { history, settled, report } = options;
    this.#kept = new DataLoader(async (ids) => {
      await settled();
      const found = await history.tasks(ids).catch((error: unknown) => {
        report(error);
        return new Map<string, KeptTask>();
      });
      return ids.map((id) => found.get(id) ?? null);
    });
  }

  /**
   * What is served in place of an answer that is no task: the task as it was kept, where the plane says that it does not have it, or
   * where the plane does not answer and is known to have it no longer. Otherwise the answer itself.
   */
  async standIn(source: Source, localId: string, answer: TaskAnswer): Promise<TaskAnswer> {
    if (answer === null) return this.absent(source, localId);
    if (!(answer instanceof SourceProblemError) || !answer.isRetryable) return answer;
    const kept = await this.#keptOf(source, localId);
    return kept === null || kept.goneAt === null ? answer : forgotten(kept.task);
  }

  /** A task that its plane does not have, as it was kept; null when it was never seen. */
  async absent(source: Source, localId: string): Promise<Task | null> {
    const kept = await this.#keptOf(source, localId);
    return kept === null ? null : forgotten(kept.task);
  }

  /** The tasks that were part of a forgotten one, and are forgotten, too. */
  async childrenOf({ sourceName, sourceTaskId }: Task): Promise<readonly Task[]> {
    const { history, isKept, settled, report } = this.#options;
    if (!isKept(sourceName)) return [];
    const loader =
      this.#children.get(sourceName) ??
      new DataLoader<string, readonly Task[]>(async (ids) => {
        await settled();
        const found = await history.goneChildren(sourceName, ids).catch((error: unknown) => {
          report(error);
          return new Map<string, readonly Task[]>();
        });
        return ids.map((id) => (found.get(id) ?? []).map(forgotten));
      });
    this.#children.set(sourceName, loader);
    return loader.load(sourceTaskId);
  }

  /** All of a source that were created then; the newest 10,000. */
  async list({ name }: Source, window: CreationWindow): Promise<ForgottenList> {
    const { history, isKept, settled, report } = this.#options;
    if (!isKept(name)) return { tasks: [], missing: null };
    await settled();
    try {
      const tasks = await history.goneTasks(name, { ...window, atMost: mostInList + 1 });
      const missing =
        tasks.length > mostInList ? `Of the tasks that the plane no longer has, only the newest ${mostInList} were looked at.` : null;
      return { tasks: tasks.slice(0, mostInList).map(forgotten), missing };
    } catch (error) {
      report(error);
      return { tasks: [], missing: 'The gateway cannot read its store now: tasks that the plane no longer has are missing.' };
    }
  }

  async #keptOf(source: Source, localId: string): Promise<KeptTask | null> {
    return this.#options.isKept(source.name) && source.isTaskId(localId) ? this.#kept.load(taskIdOf(source.name, localId)) : null;
  }
}

function forgotten(task: Task): Task {
  return { ...task, isForgotten: true, warnings: [...task.warnings, forgottenData(task.observedAt)] };
}
