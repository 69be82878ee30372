/**
 * Ends a call early, as an AbortSignal does. A read makes dozens of calls that nearly always end by themselves, and signals with
 * their events would cost more than all other bookkeeping of a call.
 */
export class Cancellation {
  #isCancelled = false;
  #reason: unknown = null;
  #listeners: Set<() => void> | null = null;
  #controller: AbortController | null = null;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** What `cancel` was given; null before. */
  get reason(): unknown {
    return this.#reason;
  }

  /** The same as a signal, for what takes no other. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#isCancelled) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Takes effect once. */
  cancel(reason: unknown): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const listener of this.#listeners ?? []) listener();
    this.#listeners = null;
  }

  /** Calls the listener once, when it is cancelled, unless the returned function was called before. */
  onCancel(listener: () => void): () => void {
    if (this.#isCancelled) return () => undefined;
    const listeners = (this.#listeners ??= new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** One that is cancelled when a signal aborts. */
  static follow(signal: AbortSignal): Cancellation {
    const cancellation = new Cancellation();
    if (signal.aborted) cancellation.cancel(signal.reason);
    else signal.addEventListener('abort', () => cancellation.cancel(signal.reason), { once: true });
    return cancellation;
  }
}
