/** Cancels what was scheduled; harmless once it has run. */
export type Cancel = () => void;

/** Runs functions later. Tests advance it by hand. */
export interface Scheduler {
  /** Runs a function once, after this many milliseconds. */
  after(ms: number, run: () => void): Cancel;
}

/** Time and chance, injected so that tests control them. Each part of the gateway names the members it uses. */
export interface Clock {
  /** Milliseconds since 1970, as `Date.now`. Times from elsewhere are compared with it. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock, as `performance.now`. Durations are measured with it. */
  readonly monotonic: () => number;
  readonly scheduler: Scheduler;
  /** From 0 to 1, as `Math.random`: jitter, so that gateways that fail together do not come back together. */
  readonly random: () => number;
}

/** Real time. Its timers do not keep the process alive. */
export const timerScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** The clock of the machine. */
export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  scheduler: timerScheduler,
  random: Math.random,
};

/** Registers a function that ends a wait; returns the function that unregisters it. */
type Subscribe = (wake: () => void) => () => void;

/**
 * Waits for an event, a timeout or an abort, and says which came first. It never rejects. When `wake` is called the
 * wait has ended by the time the call returns: the timer and the listeners are gone.
 */
export function waitForEvent(
  subscribe: Subscribe,
  timeoutMs: number,
  scheduler: Scheduler,
  signal: AbortSignal,
): Promise<'event' | 'timeout' | 'abort'> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve('abort');
    const end = (cause: 'event' | 'timeout' | 'abort') => (): void => {
      cancel();
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
      resolve(cause);
    };
    const onAbort = end('abort');
    const cancel = scheduler.after(timeoutMs, end('timeout'));
    const unsubscribe = subscribe(end('event'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Whether a promise, which must never reject, is fulfilled within so many milliseconds. It goes on in both cases. */
export async function isDoneWithin(timeoutMs: number, promise: Promise<unknown>, scheduler: Scheduler): Promise<boolean> {
  const subscribe = (wake: () => void): (() => void) => {
    void promise.then(wake);
    return () => undefined;
  };
  return (await waitForEvent(subscribe, timeoutMs, scheduler, new AbortController().signal)) === 'event';
}

/** Resolves after this many milliseconds, or as soon as the signal aborts, when there is one. It never rejects. */
export async function sleep(ms: number, scheduler: Scheduler, signal: AbortSignal = new AbortController().signal): Promise<void> {
  await waitForEvent(() => () => undefined, ms, scheduler, signal);
}

/**
 * The result of the promise, unless the signal aborts first: then it rejects with what `onAbort` returns, and the
 * promise goes on.
 */
export function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal, onAbort: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(onAbort());
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
