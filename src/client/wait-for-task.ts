import { linkedController, sleepUntilAborted } from './abort-signals.js';
import type { AnswerError } from './answer.js';
import { AbortedError, RefusedError, TaskGoneError, TaskNotFoundError, toRefusalError, UnreachableError } from './client-errors.js';
import { postOperation } from './http.js';
import { requestedDelay } from './subscription.js';
import { type TaskRow, taskRowFragment } from './task-row.js';
import { type ClientContext, openTimeoutMs } from './transport.js';

export interface WaitForTaskOptions {
  readonly id: string;
  readonly onProgress: (task: TaskRow) => void;
  /** Milliseconds. */
  readonly recheckMs: number;
  readonly signal: AbortSignal;
}

/**
 * Watches a task until it is finished. After each loss of the connection, and from time to time, it is read as well: nothing that
 * got lost on the way can make this wait for ever, and it gets on where neither a WebSocket nor an event stream can be opened.
 */
export async function waitForTask({ id, onProgress, recheckMs, signal }: WaitForTaskOptions, line: ClientContext): Promise<TaskRow> {
  const wait = new TaskWait(id, onProgress);
  const abort = (): void => wait.fail(new AbortedError(signal.reason));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  for (let failures = 0; !wait.ended.aborted; failures += 1) {
    const { delayMs, wasHeard } = await watchOnce(wait, recheckMs, line);
    if (wasHeard) failures = 0;
    await sleepUntilAborted(Math.max(line.retryDelayMs(failures), delayMs), wait.ended);
    await readTaskOnce(wait, line);
  }
  signal.removeEventListener('abort', abort);
  return wait.result();
}

/** Until the wait is over, or has to be taken up again. */
async function watchOnce(wait: TaskWait, recheckMs: number, line: ClientContext): Promise<{ delayMs: number; wasHeard: boolean }> {
  let [delayMs, wasHeard] = [0, false];
  const attempt = linkedController(wait.ended);
  const recheck = setInterval(() => {
    // The gateway cannot be reached: whatever holds the subscription open is no connection to it.
    void readTaskOnce(wait, line).then((isReachable) => isReachable || attempt.abort());
  }, recheckMs);
  const next = ({ data, errors = [] }: { readonly data?: unknown; readonly errors?: readonly AnswerError[] }): void => {
    const change = (data as { readonly taskChanged: { readonly kind: string; readonly task: TaskRow } } | null | undefined)?.taskChanged;
    if (change == null) {
      // The token has ended meanwhile: the next connection, and what is read before it, take a new one.
      if (wasHeard && errors[0]?.extensions?.code === 'UNAUTHENTICATED') return attempt.abort();
      delayMs = errors[0]?.extensions?.retryAfterMs ?? 0;
      return wait.errorsReceived(errors);
    }
    wasHeard = true;
    wait.taskReceived(change.task);
    if (change.kind === 'GONE') wait.taskMissing();
  };
  const end = await line.transport.connect(
    { query: waitForTaskDocuments.watch, variables: { id: wait.id } },
    { opened: () => undefined, next },
    attempt.signal,
  );
  clearInterval(recheck);
  attempt.unlink();
  if (end.kind === 'refused') wait.fail(end.error);
  if (end.kind === 'lost' || end.kind === 'unopened') {
    delayMs = requestedDelay(end.error);
    line.onLost(end.error);
  }
  return { delayMs, wasHeard };
}

/** Reads the task once. False: the gateway cannot be reached. */
async function readTaskOnce(wait: TaskWait, { endpoint: origin }: ClientContext): Promise<boolean> {
  if (wait.ended.aborted) return true;
  const reading = linkedController(wait.ended);
  const timer = setTimeout(() => reading.abort(), openTimeoutMs);
  try {
    const { data, errors } = await postOperation({ query: waitForTaskDocuments.read, variables: { id: wait.id } }, origin, reading.signal);
    const task = (data as { readonly task: TaskRow | null } | null)?.task;
    if (task != null) wait.taskReceived(task);
    else if (errors.length > 0) wait.errorsReceived(errors);
    else wait.taskMissing();
    return true;
  } catch (error) {
    if (reading.signal.aborted || error instanceof UnreachableError) return false;
    if (error instanceof RefusedError) wait.errorsReceived(error.errors);
    else wait.fail(error);
    return true;
  } finally {
    clearTimeout(timer);
    reading.unlink();
  }
}

type WaitState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'finished'; readonly task: TaskRow }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What is known of a task while somebody waits for its end. */
export class TaskWait {
  readonly id: string;
  readonly #onProgress: (task: TaskRow) => void;
  readonly #controller = new AbortController();
  #state: WaitState = { kind: 'waiting' };
  #last: TaskRow | null = null;

  constructor(id: string, onProgress: (task: TaskRow) => void) {
    this.id = id;
    this.#onProgress = onProgress;
  }

  /** Aborted as soon as the wait is over. */
  get ended(): AbortSignal {
    return this.#controller.signal;
  }

  /** What came of the wait; throws why nothing did. */
  result(): TaskRow {
    if (this.#state.kind === 'finished') return this.#state.task;
    throw this.#state.kind === 'failed' ? this.#state.error : new AbortedError(undefined);
  }

  /** The task as it is now. */
  taskReceived(task: TaskRow): void {
    const isNews = JSON.stringify(task) !== JSON.stringify(this.#last);
    this.#last = task;
    if (task.isFinished) return this.#end({ kind: 'finished', task });
    if (!isNews || this.ended.aborted) return;
    try {
      this.#onProgress(task);
    } catch (error) {
      this.fail(error);
    }
  }

  /** There is no such task, or no longer. */
  taskMissing(): void {
    this.fail(this.#last === null ? new TaskNotFoundError(this.id) : new TaskGoneError(this.#last));
  }

  /** The task cannot be read; where that may pass, it is waited for. */
  errorsReceived(errors: readonly AnswerError[]): void {
    const error = toRefusalError(errors);
    if (!(error instanceof RefusedError)) return this.fail(error);
    // What a subscription says where a query gives null.
    if (error.reason === 'BAD_USER_INPUT') return this.taskMissing();
    if (!error.isTemporary) this.fail(error);
  }

  fail(error: unknown): void {
    this.#end({ kind: 'failed', error });
  }

  #end(phase: WaitState): void {
    if (this.#state.kind !== 'waiting') return;
    this.#state = phase;
    this.#controller.abort();
  }
}

/** What `waitForTask` sends, for the manifest of a gateway that answers trusted documents alone. */
export const waitForTaskDocuments = {
  watch: `subscription WaitForTask($id:ID!){taskChanged(id:$id){kind task{...TaskRow}}}${taskRowFragment}`,
  read: `query ReadTask($id:ID!){task(id:$id){...TaskRow}}${taskRowFragment}`,
} as const;
