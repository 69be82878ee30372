/** How late this process is: what a busy machine adds to every time that is measured. */
export class EventLoopLag {
  #worst = 0;
  #last = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#worst += Math.max(0, now - this.#last - 10 - 5);
    this.#last = now;
  }, 10);

  /** Milliseconds in all. */
  end(): number {
    clearInterval(this.#timer);
    return this.#worst;
  }
}
