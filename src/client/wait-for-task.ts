import { AbortedError } from './aborted-error.js';
import type { AnswerError } from './answer.js';
import type { Line } from './line.js';
import { linkedController } from './linked-controller.js';
import { pause } from './pause.js';
import { postOperation } from './post-operation.js';
import { RefusedError } from './refused-error.js';
import { askedDelay } from './retry-delay.js';
import type { TaskRow } from './task-row.js';
import { TaskWait } from './task-wait.js';
import { openingMs } from './transport.js';
import { UnreachableError } from './unreachable-error.js';
import { waitForTaskDocuments } from './wait-for-task-documents.js';

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
export async function waitForTask({ id, onProgress, recheckMs, signal }: WaitForTaskOptions, line: Line): Promise<TaskRow> {
  const wait = new TaskWait(id, onProgress);
  const abort = (): void => wait.fail(new AbortedError(signal.reason));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  for (let failures = 0; !wait.over.aborted; failures += 1) {
    const { delayMs, wasHeard } = await watchOnce(wait, recheckMs, line);
    if (wasHeard) failures = 0;
    await pause(Math.max(line.retryDelayMs(failures), delayMs), wait.over);
    await readNow(wait, line);
  }
  signal.removeEventListener('abort', abort);
  return wait.result();
}

/** Until the wait is over, or has to be taken up again. */
async function watchOnce(wait: TaskWait, recheckMs: number, line: Line): Promise<{ delayMs: number; wasHeard: boolean }> {
  let [delayMs, wasHeard] = [0, false];
  const attempt = linkedController(wait.over);
  const recheck = setInterval(() => {
    // The gateway cannot be reached: whatever holds the subscription open is no connection to it.
    void readNow(wait, line).then((isReachable) => isReachable || attempt.abort());
  }, recheckMs);
  const next = ({ data, errors = [] }: { readonly data?: unknown; readonly errors?: readonly AnswerError[] }): void => {
    const change = (data as { readonly taskChanged: { readonly kind: string; readonly task: TaskRow } } | null | undefined)?.taskChanged;
    if (change == null) {
      // The token has ended meanwhile: the next connection, and what is read before it, take a new one.
      if (wasHeard && errors[0]?.extensions?.code === 'UNAUTHENTICATED') return attempt.abort();
      delayMs = errors[0]?.extensions?.retryAfterMs ?? 0;
      return wait.heardErrors(errors);
    }
    wasHeard = true;
    wait.heardTask(change.task);
    if (change.kind === 'GONE') wait.heardOfNone();
  };
  const end = await line.connector.connect(
    { query: waitForTaskDocuments.watch, variables: { id: wait.id } },
    { opened: () => undefined, next },
    attempt.signal,
  );
  clearInterval(recheck);
  attempt.unlink();
  if (end.is === 'refused') wait.fail(end.error);
  if (end.is === 'lost' || end.is === 'unopened') {
    delayMs = askedDelay(end.error);
    line.onLost(end.error);
  }
  return { delayMs, wasHeard };
}

/** Reads the task once. False: the gateway cannot be reached. */
async function readNow(wait: TaskWait, { origin }: Line): Promise<boolean> {
  if (wait.over.aborted) return true;
  const reading = linkedController(wait.over);
  const timer = setTimeout(() => reading.abort(), openingMs);
  try {
    const { data, errors } = await postOperation({ query: waitForTaskDocuments.read, variables: { id: wait.id } }, origin, reading.signal);
    const task = (data as { readonly task: TaskRow | null } | null)?.task;
    if (task != null) wait.heardTask(task);
    else if (errors.length > 0) wait.heardErrors(errors);
    else wait.heardOfNone();
    return true;
  } catch (error) {
    if (reading.signal.aborted || error instanceof UnreachableError) return false;
    if (error instanceof RefusedError) wait.heardErrors(error.errors);
    else wait.fail(error);
    return true;
  } finally {
    clearTimeout(timer);
    reading.unlink();
  }
}
