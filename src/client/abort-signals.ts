/** A controller that is aborted with any of the signals too, until `unlink` is called. */
export interface LinkedController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  unlink(): void;
}

/** `AbortSignal.any` keeps what it made for as long as its sources live; operations come and go. */
export function linkedController(...sources: readonly (AbortSignal | null | undefined)[]): LinkedController {
  const controller = new AbortController();
  const links = sources.map((source) => {
    const abort = (): void => controller.abort(source?.reason);
    source?.addEventListener('abort', abort);
    if (source?.aborted) abort();
    return () => source?.removeEventListener('abort', abort);
  });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    unlink: () => {
      for (const unlink of links) unlink();
    },
  };
}

/** Waits, at most until the signal is aborted. */
export function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
