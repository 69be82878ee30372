import { runInThisContext } from 'node:vm';

/** Collects unhandled rejections until `end`. Jest gives tests a copy of `process`; Node emits these events on the real one. */
export class Rejections {
  readonly #real: NodeJS.Process = runInThisContext('process');
  readonly #found: unknown[] = [];
  readonly #others: readonly NodeJS.UnhandledRejectionListener[];
  readonly #own = (reason: unknown): void => void this.#found.push(reason);

  constructor() {
    this.#others = this.#real.listeners('unhandledRejection');
    this.#real.removeAllListeners('unhandledRejection');
    this.#real.on('unhandledRejection', this.#own);
  }

  async end(): Promise<readonly unknown[]> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#real.off('unhandledRejection', this.#own);
    for (const other of this.#others) this.#real.on('unhandledRejection', other);
    return this.#found;
  }
}
