import type { TaskActionBlocker } from '../../model/action.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import type { ActionJournal, TaskLock } from '../../store/action-journal.js';
import type { TaskReadResult } from '../cache/task-reads.js';
import { selectObserved } from './action-task-reader.js';
import { alreadyInProgressBlocker, createBlocker } from './blockers.js';

/** A plane may take this long to show the effect of an action, in milliseconds; then the next action may be sent. */
const maxEffectWaitMs = 60_000;

type PendingAction = { readonly kind: 'sending' } | SentAction;

interface SentAction {
  /** `shown`: the status of the task has changed since. */
  readonly kind: 'sent' | 'shown';
  readonly auditId: string;
  readonly at: number;
  readonly statusBefore: TaskStatus;
}

/**
 * The half of the task lock that this process keeps in memory: from the moment an action is sent until the status of
 * its task changes, for at most 60 seconds, no second action of this process is sent to the task.
 */
export class PendingActions {
  readonly #actions = new Map<string, PendingAction>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Whether an action on the task is pending. A task that was read before the action was sent cannot show its effect.
   */
  isBusy(task: Pick<Task, 'id' | 'status' | 'observedAt'>): boolean {
    const action = this.#actions.get(task.id);
    if (action === undefined) return false;
    if (action.kind === 'sending') return true;
    const hasChanged = task.status !== action.statusBefore && task.observedAt > action.at;
    return !hasChanged && !this.#isDone(action);
  }

  /** Ids of the tasks of a source, on its plane, that have a pending action. */
  pendingSourceTaskIds(sourceName: string): readonly string[] {
    const prefix = `${sourceName}:`;
    return [...this.#actions].flatMap(([taskId, action]) => {
      const isPending = action.kind === 'sending' || !this.#isDone(action);
      return isPending && taskId.startsWith(prefix) ? [taskId.slice(prefix.length)] : [];
    });
  }

  /** Locks the task. Returns the audit id of the previous action on it, which is done; null when none is remembered. */
  begin(taskId: string): { readonly previousAuditId: string | null } {
    const previous = this.#actions.get(taskId);
    for (const [id, action] of this.#actions) if (action.kind !== 'sending' && this.#hasExpired(action)) this.#actions.delete(id);
    this.#actions.set(taskId, { kind: 'sending' });
    return { previousAuditId: previous === undefined || previous.kind === 'sending' ? null : previous.auditId };
  }

  /** The plane accepted the action, or may have: the next one waits until the status differs from `statusBefore`. */
  markSent(taskId: string, auditId: string, statusBefore: TaskStatus): void {
    this.#actions.set(taskId, { kind: 'sent', auditId, at: this.#now(), statusBefore });
  }

  /** Nothing was changed, so the next action may be sent at once. */
  release(taskId: string): void {
    this.#actions.delete(taskId);
  }

  /** Takes a task that was read after the action. Returns true when its status has changed, which ends the wait. */
  observeAfterAction(task: Pick<Task, 'id' | 'status'>): boolean {
    const action = this.#actions.get(task.id);
    if (action?.kind !== 'sent' || action.statusBefore === task.status) return false;
    this.#actions.set(task.id, { ...action, kind: 'shown' });
    return true;
  }

  #isDone(action: SentAction): boolean {
    return action.kind === 'shown' || this.#hasExpired(action);
  }

  #hasExpired({ at }: SentAction): boolean {
    return this.#now() - at >= maxEffectWaitMs;
  }
}

/** An action that is about to be sent. */
interface LockAttempt {
  /** The task as it was read when no blocker was found. */
  readonly task: Task;
  readonly auditId: string;
  /** Audit id of the previous action on the task, which is done; null when none is known. */
  readonly previousAuditId: string | null;
  /** How long sending may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly readNow: () => Promise<TaskReadResult>;
}

interface TaskLocksOptions {
  readonly journal: ActionJournal;
  readonly now: () => number;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** The half of the task lock that all processes share through the store. */
export class TaskLocks {
  readonly #options: TaskLocksOptions;

  constructor(options: TaskLocksOptions) {
    this.#options = options;
  }

  /** Returns null when the action holds the lock and may be sent, and the blocker otherwise. */
  async lock(attempt: LockAttempt): Promise<TaskActionBlocker | null> {
    try {
      const holder = await this.#tryLock(attempt, attempt.previousAuditId);
      if (holder === null) return null;
      if (!(await hasShownEffect(holder, attempt))) return alreadyInProgressBlocker();
      return (await this.#tryLock(attempt, holder.auditId)) === null ? null : alreadyInProgressBlocker();
    } catch (error) {
      this.#options.report(error);
      return createBlocker('LEDGER_UNAVAILABLE', 'The task could not be locked, so the action was not sent.');
    }
  }

  /**
   * The task has shown the effect of the action. Locks expire by themselves, so a store that fails here only delays the
   * next action.
   */
  async unlock(taskId: string, auditId: string): Promise<void> {
    try {
      await this.#options.journal.unlockTask(taskId, auditId);
    } catch (error) {
      this.#options.report(error);
    }
  }

  #tryLock({ task, auditId, timeoutMs }: LockAttempt, releasedAuditId: string | null): Promise<TaskLock | null> {
    const at = this.#options.now();
    return this.#options.journal.lockTask({
      taskId: task.id,
      auditId,
      statusBefore: task.status,
      at,
      until: at + timeoutMs + maxEffectWaitMs,
      concludedBefore: at - maxEffectWaitMs,
      releasedAuditId,
    });
  }
}

/**
 * Whether the task shows the effect of the action that holds its lock. No clock of another process is trusted, so the
 * task is read again; and as its blockers were checked in the status it had before, it must still have that status.
 */
async function hasShownEffect({ statusBefore, state }: TaskLock, { task, readNow }: LockAttempt): Promise<boolean> {
  if (state === 'sending' || (state === 'answered' && task.status === statusBefore)) return false;
  return selectObserved(await readNow())?.status === task.status;
}
