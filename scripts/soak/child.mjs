import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of this folder in a process of its own, which is asked one thing at a time. When it ends by itself, whoever asks is told. */
export class Child {
  #child;
  #died;

  constructor(file, words = [], execArgv = []) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.#child = fork(path, words, { execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv] });
    this.#died = once(this.#child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}.`)));
    this.#died.catch(() => undefined);
  }

  ask(word) {
    this.#child.send(word);
    return this.answer();
  }

  async answer() {
    return (await Promise.race([once(this.#child, 'message'), this.#died]))[0];
  }

  kill() {
    this.#child.kill();
  }
}
