import { waitUntil } from '../wait-until.js';

interface Deadline {
  readonly ms: number;
  readonly controller: AbortController;
}

const real = AbortSignal.timeout;

/**
 * Every deadline of this test file from now on, which passes when the test says so: no machine is too slow for one, and a test of
 * a deadline does not wait for it.
 */
export class Deadlines {
  #running: readonly Deadline[] = [];

  constructor() {
    AbortSignal.timeout = (ms) => {
      const controller = new AbortController();
      this.#running = [...this.#running, { ms, controller }];
      return controller.signal;
    };
  }

  /** Those of one length pass that have begun by now; those that begin later do not. */
  pass(ms: number): void {
    const due = this.#running.filter((deadline) => deadline.ms === ms);
    this.#running = this.#running.filter((deadline) => deadline.ms !== ms);
    for (const { controller } of due) controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }

  /** What is begun comes to its end after one deadline of this length, which passes as soon as `isWaiting`, and not before. */
  async endAfterOne<T>(ms: number, isWaiting: () => boolean, begin: () => Promise<T>): Promise<T> {
    this.#running = this.#running.filter((deadline) => deadline.ms !== ms);
    let isOver = false;
    const result = begin().finally(() => (isOver = true));
    // A call that was given up earlier may arrive only now: it is not what is waited for.
    const hasBegun = (): boolean => this.#running.some((deadline) => deadline.ms === ms);
    await waitUntil(() => (hasBegun() && isWaiting()) || isOver, 'that something waits for its deadline');
    if (isOver) throw new Error('It did not wait for its deadline.');
    this.pass(ms);
    return result;
  }

  giveBack(): void {
    AbortSignal.timeout = real;
  }
}
