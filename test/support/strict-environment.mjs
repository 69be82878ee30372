import { TestEnvironment } from 'jest-environment-node';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';

/**
 * Node, but for this: a rejection that nobody handles, an error that nobody catches and a warning of too many listeners fail the
 * test file in which they come. Jest sees no such warning, and of the others only those that come while their test runs: later
 * ones end its process, which it starts again up to three times. Test files have a `process` of their own and see none of them.
 */
export default class StrictEnvironment extends TestEnvironment {
  /** By the promise, the error or the warning itself. */
  #errors = new Map();
  #listeners = {
    unhandledRejection: (reason, promise) => void this.#errors.set(promise, reason),
    rejectionHandled: (promise) => void this.#errors.delete(promise),
    uncaughtException: (error) => void this.#errors.set(error, error),
    warning: (warning) => {
      if (warning.name === 'MaxListenersExceededWarning') this.#errors.set(warning, warning);
    },
  };

  async handleTestEvent({ name }, state) {
    // Not before: Jest takes away who listens for errors then, and gives them back at the end.
    if (name === 'run_start') for (const [event, listener] of Object.entries(this.#listeners)) process.on(event, listener);
    if (name !== 'run_finish') return;
    // What the last test left behind comes a little later.
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
    state.unhandledErrors.push(...this.#errors.values());
    this.#errors.clear();
  }

  async teardown() {
    await super.teardown();
    for (const [event, listener] of Object.entries(this.#listeners)) process.off(event, listener);
    for (const error of this.#errors.values()) throw error;
  }
}
