import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child process that answers one message at a time. When it exits by itself, pending requests reject. */
export class Child {
  #child;
  #exited;

  /** `url` is that of its script. */
  constructor(url, args = [], execArgv = []) {
    const file = fileURLToPath(url);
    this.#child = fork(file, args, { execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv] });
    this.#exited = once(this.#child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}.`)));
    this.#exited.catch(() => undefined);
  }

  request(message) {
    this.#child.send(message);
    return this.nextMessage();
  }

  async nextMessage() {
    return (await this.whileAlive(once(this.#child, 'message')))[0];
  }

  /** The result of the promise; rejects when the process exits first. */
  whileAlive(promise) {
    return Promise.race([promise, this.#exited]);
  }

  kill() {
    this.#child.kill();
  }
}
