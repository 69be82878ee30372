import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program in a process of its own, which is asked one thing at a time. When it ends by itself, whoever asks is told. */
export class Child {
  #child;
  #died;

  /** `url` of its file. */
  constructor(url, words = [], execArgv = []) {
    const file = fileURLToPath(url);
    this.#child = fork(file, words, { execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv] });
    this.#died = once(this.#child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}.`)));
    this.#died.catch(() => undefined);
  }

  ask(word) {
    this.#child.send(word);
    return this.answer();
  }

  async answer() {
    return (await this.whileAlive(once(this.#child, 'message')))[0];
  }

  /** What is promised, or why the process ended before. */
  whileAlive(promise) {
    return Promise.race([promise, this.#died]);
  }

  kill() {
    this.#child.kill();
  }
}
