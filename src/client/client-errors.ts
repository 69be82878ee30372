import type { AnswerError } from './answer.js';
import type { TaskRow } from './task-row.js';

/** Which ClientError it is, for programs that do not use `instanceof`. */
export type ClientErrorCode = 'ABORTED' | 'REFUSED' | 'TASK_GONE' | 'TASK_NOT_FOUND' | 'UNAUTHENTICATED' | 'UNREACHABLE';

/** The base class of every error that this client throws. Errors in a partial answer are not thrown: they are in `errors` of the answer. */
export abstract class ClientError extends Error {
  abstract readonly code: ClientErrorCode;
}

/**
 * Thrown when the gateway refuses an operation: the answer has errors and no data. When `isTemporary`, send it again after `retryAfterMs`;
 * otherwise change the operation, or the rights of the caller: `reason` says which.
 */
export class RefusedError extends ClientError {
  override readonly name = 'RefusedError';
  readonly code = 'REFUSED';
  /** The errors as the gateway sent them; at least one. */
  readonly errors: readonly AnswerError[];

  constructor(errors: readonly AnswerError[]) {
    super(errors[0]?.message ?? 'The gateway refused the operation.');
    this.errors = errors;
  }

  /** The code of the first error, such as FORBIDDEN or RATE_LIMITED; null when it has none. */
  get reason(): string | null {
    return this.errors[0]?.extensions?.code ?? null;
  }

  /** Whether the same operation may succeed later. */
  get isTemporary(): boolean {
    return temporary.has(this.reason ?? '');
  }

  /** How long to wait before sending it again, in milliseconds; null when the gateway does not say. */
  get retryAfterMs(): number | null {
    return this.errors[0]?.extensions?.retryAfterMs ?? null;
  }
}

const temporary: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'OVERLOADED',
  'SOURCE_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
]);

/** The error to throw for an answer that has errors and no data. */
export function toRefusalError(errors: readonly AnswerError[]): ClientError {
  const [first] = errors;
  return first?.extensions?.code === 'UNAUTHENTICATED' ? new UnauthenticatedError(first.message) : new RefusedError(errors);
}

/** Thrown when the gateway requires a token or does not accept the one that was sent. Give `createClient` another token. */
export class UnauthenticatedError extends ClientError {
  override readonly name = 'UnauthenticatedError';
  readonly code = 'UNAUTHENTICATED';

  constructor(message = 'The gateway did not accept the token.') {
    super(message);
  }
}

/**
 * Thrown when there is no answer of the gateway: no connection, or a proxy answered instead. A query can be sent again. After a mutation
 * the outcome is unknown: send it again with the same `idempotencyKey`, or read the task.
 */
export class UnreachableError extends ClientError {
  override readonly name = 'UnreachableError';
  readonly code = 'UNREACHABLE';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/**
 * Thrown when the `signal` was aborted, or the client was closed. `cause` is the reason of the abort, and `name` is AbortError, as for
 * `fetch`. After a mutation the outcome is unknown: send it again with the same `idempotencyKey`, or read the task.
 */
export class AbortedError extends ClientError {
  override readonly name = 'AbortError';
  readonly code = 'ABORTED';

  constructor(cause: unknown) {
    super('The operation was aborted.', { cause });
  }
}

/** Thrown by `waitForTask` when there is no task with the id, or the caller may not read it. Check the id and the grants of the caller. */
export class TaskNotFoundError extends ClientError {
  override readonly name = 'TaskNotFoundError';
  readonly code = 'TASK_NOT_FOUND';
  readonly taskId: string;

  constructor(taskId: string) {
    super(`There is no task ${taskId}, or you may not read it.`);
    this.taskId = taskId;
  }
}

/**
 * Thrown by `waitForTask` when the control plane no longer has the task, which was unfinished when it was last seen. Whether the work
 * went on is unknown: check its result at the control plane.
 */
export class TaskGoneError extends ClientError {
  override readonly name = 'TaskGoneError';
  readonly code = 'TASK_GONE';
  /** The task when it was last seen. */
  readonly task: TaskRow;

  constructor(task: TaskRow) {
    super(`The control plane no longer has task ${task.id}, which was ${task.status} when it was last seen.`);
    this.task = task;
  }
}

/** Whether the same may succeed later, without a change of the operation or of the caller. */
export function isTemporary(error: unknown): error is RefusedError | UnreachableError {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.isTemporary);
}
