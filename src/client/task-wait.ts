import { AbortedError } from './aborted-error.js';
import type { AnswerError } from './answer.js';
import { refusalOf } from './refusal-of.js';
import { RefusedError } from './refused-error.js';
import { TaskGoneError } from './task-gone-error.js';
import { TaskNotFoundError } from './task-not-found-error.js';
import type { TaskRow } from './task-row.js';

type Phase =
  { readonly is: 'waiting' } | { readonly is: 'finished'; readonly task: TaskRow } | { readonly is: 'failed'; readonly error: unknown };

/** What is known of a task while somebody waits for its end. */
export class TaskWait {
  readonly id: string;
  readonly #onProgress: (task: TaskRow) => void;
  readonly #controller = new AbortController();
  #phase: Phase = { is: 'waiting' };
  #last: TaskRow | null = null;

  constructor(id: string, onProgress: (task: TaskRow) => void) {
    this.id = id;
    this.#onProgress = onProgress;
  }

  /** Aborted as soon as the wait is over. */
  get over(): AbortSignal {
    return this.#controller.signal;
  }

  /** What came of the wait; throws why nothing did. */
  result(): TaskRow {
    if (this.#phase.is === 'finished') return this.#phase.task;
    throw this.#phase.is === 'failed' ? this.#phase.error : new AbortedError(undefined);
  }

  /** The task as it is now. */
  heardTask(task: TaskRow): void {
    const isNews = JSON.stringify(task) !== JSON.stringify(this.#last);
    this.#last = task;
    if (task.isFinished) return this.#end({ is: 'finished', task });
    if (!isNews || this.over.aborted) return;
    try {
      this.#onProgress(task);
    } catch (error) {
      this.fail(error);
    }
  }

  /** There is no such task, or no longer. */
  heardOfNone(): void {
    this.fail(this.#last === null ? new TaskNotFoundError(this.id) : new TaskGoneError(this.#last));
  }

  /** The task cannot be read; where that may pass, it is waited for. */
  heardErrors(errors: readonly AnswerError[]): void {
    const error = refusalOf(errors);
    if (!(error instanceof RefusedError)) return this.fail(error);
    // What a subscription says where a query gives null.
    if (error.reason === 'BAD_USER_INPUT') return this.heardOfNone();
    if (!error.isTemporary) this.fail(error);
  }

  fail(error: unknown): void {
    this.#end({ is: 'failed', error });
  }

  #end(phase: Phase): void {
    if (this.#phase.is !== 'waiting') return;
    this.#phase = phase;
    this.#controller.abort();
  }
}
