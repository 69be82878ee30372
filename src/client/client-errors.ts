import type { AnswerError } from './answer.js';
import type { TaskRow } from './task-row.js';

/** For programs: what kind of ClientError it is. */
export type ClientErrorCode = 'ABORTED' | 'REFUSED' | 'TASK_GONE' | 'TASK_NOT_FOUND' | 'UNAUTHENTICATED' | 'UNREACHABLE';

/** What every error is that this client throws. */
export abstract class ClientError extends Error {
  abstract readonly code: ClientErrorCode;
}

/** Thrown when the gateway answered nothing but errors: it does not run this operation, or not now. */
export class RefusedError extends ClientError {
  override readonly name = 'RefusedError';
  readonly code = 'REFUSED';
  /** As they came. */
  readonly errors: readonly AnswerError[];

  constructor(errors: readonly AnswerError[]) {
    super(errors[0]?.message ?? 'The gateway refused it.');
    this.errors = errors;
  }

  /** The gateway's code for the first error, such as FORBIDDEN or RATE_LIMITED; null where it has none. */
  get reason(): string | null {
    return this.errors[0]?.extensions?.code ?? null;
  }

  /** The same may be answered later. */
  get isTemporary(): boolean {
    return temporary.has(this.reason ?? '');
  }

  /** When asking again makes sense, in milliseconds; null where the gateway does not say. */
  get retryAfterMs(): number | null {
    return this.errors[0]?.extensions?.retryAfterMs ?? null;
  }
}

const temporary: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED', 'SOURCE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);

/** What is thrown for an answer of errors alone. */
export function toRefusalError(errors: readonly AnswerError[]): ClientError {
  const [first] = errors;
  return first?.extensions?.code === 'UNAUTHENTICATED' ? new UnauthenticatedError(first.message) : new RefusedError(errors);
}

/** Thrown when the gateway does not accept the token, or wants one: give another to `createClient`. */
export class UnauthenticatedError extends ClientError {
  override readonly name = 'UnauthenticatedError';
  readonly code = 'UNAUTHENTICATED';

  constructor(message = 'The gateway did not accept the token.') {
    super(message);
  }
}

/**
 * Thrown when the gateway gave no answer: there is no connection, or something in between answered. After a mutation it says
 * nothing on what became of the action: send it again with the same `idempotencyKey`, or look at the task.
 */
export class UnreachableError extends ClientError {
  override readonly name = 'UnreachableError';
  readonly code = 'UNREACHABLE';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** Thrown when the `signal` was aborted, or the client closed. Its name is that of the DOM's error; `cause` is the reason that was given. */
export class AbortedError extends ClientError {
  override readonly name = 'AbortError';
  readonly code = 'ABORTED';

  constructor(cause: unknown) {
    super('It was aborted.', { cause });
  }
}

/** Thrown when there is no task with the id, or the caller may not read it. */
export class TaskNotFoundError extends ClientError {
  override readonly name = 'TaskNotFoundError';
  readonly code = 'TASK_NOT_FOUND';
  readonly taskId: string;

  constructor(taskId: string) {
    super(`There is no task ${taskId}, or you may not read it.`);
    this.taskId = taskId;
  }
}

/** Thrown when the plane no longer has a task that was waited for, and had not finished it when it was last seen. */
export class TaskGoneError extends ClientError {
  override readonly name = 'TaskGoneError';
  readonly code = 'TASK_GONE';
  /** As it was last known. */
  readonly task: TaskRow;

  constructor(task: TaskRow) {
    super(`Its plane no longer has the task ${task.id}; it was ${task.status} when it was last seen.`);
    this.task = task;
  }
}
