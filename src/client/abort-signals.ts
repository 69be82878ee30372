interface LinkedController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  unlink(): void;
}

/**
 * A controller that aborts together with any of the signals, until `unlink` is called. `AbortSignal.any` would not do: its signal is
 * retained as long as its sources live, which outlive many operations.
 */
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

/** The longest time of a timer, in milliseconds: a longer one would end at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** Resolves after this time, or as soon as the signal aborts. The client imports nothing of the gateway, so that it has a `sleep` of its own. */
export function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, longestTimerMs));
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
