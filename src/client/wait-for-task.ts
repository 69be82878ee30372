import { linkedController, longestTimerMs, sleepUntilAborted } from './abort-signals.js';
import type { AnswerError } from './answer.js';
import { AbortedError, RefusedError, TaskGoneError, TaskNotFoundError, toRefusalError, UnreachableError } from './client-errors.js';
import { postOperation } from './http.js';
import { requestedDelay } from './subscription.js';
import { type TaskRow, taskRowFragment } from './task-row.js';
import { type ClientContext, openTimeoutMs } from './transport.js';

interface WaitForTaskOptions {
  readonly id: string;
  readonly onProgress: (task: TaskRow) => unknown;
  /** Milliseconds. */
  readonly recheckMs: number;
  readonly signal: AbortSignal;
}

/**
 * Subscribes to a task until it is finished. The task is also read after each loss of the connection and every `recheckMs`, so that a
 * lost event cannot make this wait for ever, and so that it works where neither a WebSocket nor an event stream can be opened.
 */
export async function waitForTask({ id, onProgress, recheckMs, signal }: WaitForTaskOptions, context: ClientContext): Promise<TaskRow> {
  const wait = new TaskWait(id, onProgress);
  const abort = (): void => wait.fail(new AbortedError(signal.reason));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    for (let failures = 0; !wait.ended.aborted; failures += 1) {
      const { delayMs, receivedTask } = await watchOnce(wait, recheckMs, context);
      if (receivedTask) failures = 0;
      await sleepUntilAborted(Math.max(context.retryDelayMs(failures), delayMs), wait.ended);
      await readTaskOnce(wait, context);
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return wait.result();
}

/** One connection: until the wait is over, or another connection is needed. */
async function watchOnce(wait: TaskWait, recheckMs: number, context: ClientContext): Promise<{ delayMs: number; receivedTask: boolean }> {
  let [delayMs, receivedTask] = [0, false];
  const attempt = linkedController(wait.ended);
  let isReading = false;
  const recheck = setInterval(
    () => {
      // Reads of a gateway that is slower than `recheckMs` would pile up.
      if (isReading) return;
      isReading = true;
      void readTaskOnce(wait, context).then((isReachable) => {
        isReading = false;
        // When the gateway cannot be reached, an open subscription is held by something in between, such as a proxy.
        if (!isReachable) attempt.abort();
      });
    },
    Math.min(recheckMs, longestTimerMs),
  );
  const next = ({ data, errors = [] }: { readonly data?: unknown; readonly errors?: readonly AnswerError[] }): void => {
    const change = readTaskChange(data);
    if (change === null) {
      // The token has expired meanwhile: the next connection, and the read before it, use a new one.
      if (receivedTask && errors[0]?.extensions?.code === 'UNAUTHENTICATED') return attempt.abort();
      delayMs = Number(errors[0]?.extensions?.retryAfterMs) || 0;
      return wait.errorsReceived(errors);
    }
    receivedTask = true;
    wait.taskReceived(change.task);
    if (change.kind === 'GONE') wait.taskMissing();
  };
  const end = await context.transport.connect(
    { query: waitForTaskDocuments.watch, variables: { id: wait.id } },
    { opened: () => undefined, next },
    attempt.signal,
  );
  clearInterval(recheck);
  attempt.unlink();
  if (end.kind === 'refused') wait.fail(end.error);
  if (end.kind === 'lost' || end.kind === 'unopened') {
    delayMs = requestedDelay(end.error);
    context.onLost(end.error);
  }
  return { delayMs, receivedTask };
}

/** Reads the task once. Returns false when the gateway cannot be reached. */
async function readTaskOnce(wait: TaskWait, { endpoint }: ClientContext): Promise<boolean> {
  if (wait.ended.aborted) return true;
  const request = linkedController(wait.ended);
  const timer = setTimeout(() => request.abort(), openTimeoutMs);
  try {
    const { data, errors } = await postOperation(
      { query: waitForTaskDocuments.read, variables: { id: wait.id } },
      endpoint,
      request.signal,
    );
    const task = readTask(data);
    if (task !== null) wait.taskReceived(task);
    else if (errors.length > 0) wait.errorsReceived(errors);
    else wait.taskMissing();
    return true;
  } catch (error) {
    if (request.signal.aborted || error instanceof UnreachableError) return false;
    if (error instanceof RefusedError) wait.errorsReceived(error.errors);
    else wait.fail(error);
    return true;
  } finally {
    clearTimeout(timer);
    request.unlink();
  }
}

/** The data of `waitForTaskDocuments.watch`, of which the gateway has validated the shape; null in an event with errors. */
function readTaskChange(data: unknown): { readonly kind: string; readonly task: TaskRow } | null {
  return (
    (data as { readonly taskChanged: { readonly kind: string; readonly task: TaskRow } | null } | null | undefined)?.taskChanged ?? null
  );
}

/** The data of `waitForTaskDocuments.read`; null when there is no such task, or the answer has errors. */
function readTask(data: unknown): TaskRow | null {
  return (data as { readonly task: TaskRow | null } | null)?.task ?? null;
}

type WaitState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'finished'; readonly task: TaskRow }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The state of one wait: the task when it was last seen, and how the wait ended. */
class TaskWait {
  readonly id: string;
  readonly #onProgress: (task: TaskRow) => unknown;
  readonly #controller = new AbortController();
  #state: WaitState = { kind: 'waiting' };
  #last: TaskRow | null = null;

  constructor(id: string, onProgress: (task: TaskRow) => unknown) {
    this.id = id;
    this.#onProgress = onProgress;
  }

  /** Aborts as soon as the wait is over. */
  get ended(): AbortSignal {
    return this.#controller.signal;
  }

  /** The finished task; throws the error that ended the wait. */
  result(): TaskRow {
    if (this.#state.kind === 'finished') return this.#state.task;
    throw this.#state.kind === 'failed' ? this.#state.error : new AbortedError(undefined);
  }

  /** The current state of the task arrived. */
  taskReceived(task: TaskRow): void {
    const hasChanged = JSON.stringify(task) !== JSON.stringify(this.#last);
    this.#last = task;
    if (task.isFinished) return this.#end({ kind: 'finished', task });
    if (!hasChanged || this.ended.aborted) return;
    new Promise((resolve) => resolve(this.#onProgress(task))).catch((error: unknown) => this.fail(error));
  }

  /** There is no such task, or no longer one. */
  taskMissing(): void {
    this.fail(this.#last === null ? new TaskNotFoundError(this.id) : new TaskGoneError(this.#last));
  }

  /** The task cannot be read. The wait goes on when the error is temporary. */
  errorsReceived(errors: readonly AnswerError[]): void {
    const error = toRefusalError(errors);
    if (!(error instanceof RefusedError)) return this.fail(error);
    // A subscription reports an unknown id with this code, where a query returns null.
    if (error.reason === 'BAD_USER_INPUT') return this.taskMissing();
    if (!error.isTemporary) this.fail(error);
  }

  fail(error: unknown): void {
    this.#end({ kind: 'failed', error });
  }

  #end(state: WaitState): void {
    if (this.#state.kind !== 'waiting') return;
    this.#state = state;
    this.#controller.abort();
  }
}

/** The documents that `waitForTask` sends, for the manifest of a gateway that executes trusted documents only. */
export const waitForTaskDocuments = {
  watch: `subscription WaitForTask($id:ID!){taskChanged(id:$id){kind task{...TaskRow}}}${taskRowFragment}`,
  read: `query ReadTask($id:ID!){task(id:$id){...TaskRow}}${taskRowFragment}`,
} as const;
