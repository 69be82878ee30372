/** Measures the event loop lag of this process, which adds to every measured time on a loaded machine. */
export class EventLoopLag {
  #totalMs = 0;
  #last = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#totalMs += Math.max(0, now - this.#last - 10 - 5);
    this.#last = now;
  }, 10);

  /** Stops the measurement: the accumulated lag in milliseconds. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#totalMs;
  }
}
