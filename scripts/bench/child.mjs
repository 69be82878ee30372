import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

let canPin;
/** What runs now, and is ended with this process. */
const running = new Set();

process.once('exit', () => running.forEach((child) => child.kill()));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Whether processes can be bound to one core here: `taskset` is there, and there is a second core. */
export function isPinned() {
  canPin ??= spawnSync('taskset', ['-c', '1', 'true']).status === 0;
  return canPin;
}

/** A child process of Node that answers one message at a time. When it exits by itself, pending requests reject. */
export class Child {
  #child;
  #exited;

  /**
   * `url` is that of its script. `core` is the processor core that it is bound to, where it can be; `node` is the program that runs it,
   * by default the one that runs this; `stdio` is that of its three streams.
   */
  constructor(url, args = [], { execArgv = [], core, node = process.execPath, stdio = 'inherit' } = {}) {
    const file = fileURLToPath(url);
    const nodeArgv = ['--disable-warning=ExperimentalWarning', ...execArgv];
    const isBound = core !== undefined && isPinned();
    this.#child = fork(file, args, {
      // taskset binds itself, and then becomes the program.
      ...(isBound ? { execPath: 'taskset', execArgv: ['-c', String(core), node, ...nodeArgv] } : { execPath: node, execArgv: nodeArgv }),
      stdio: [...(typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio), 'ipc'],
    });
    running.add(this.#child);
    this.#exited = once(this.#child, 'exit').then(([code]) => {
      running.delete(this.#child);
      throw new Error(`${file} ended with ${code}.`);
    });
    this.#exited.catch(() => undefined);
  }

  get pid() {
    return this.#child.pid;
  }

  /** Its output, where `stdio` has a pipe for it. */
  get stdout() {
    return this.#child.stdout;
  }

  get stderr() {
    return this.#child.stderr;
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

  /** Resolves when it has ended. */
  async kill() {
    this.#child.kill();
    await this.#exited.catch(() => undefined);
  }
}
