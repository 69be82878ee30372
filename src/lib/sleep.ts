import type { Scheduler } from './scheduler.js';

/** Resolves after so many milliseconds, or as soon as the signal aborts. It never rejects. */
export function sleep(ms: number, scheduler: Scheduler, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = scheduler.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
