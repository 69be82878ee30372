import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const listener = `
const server = require('node:net').createServer();
server.listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** A port of 127.0.0.1 that accepts no connection: the backlog of its listener is full, so that the kernel drops SYNs. */
export class FullBacklog {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #sockets: readonly Socket[];

  private constructor(port: number, child: ChildProcess, sockets: readonly Socket[]) {
    this.url = `http://127.0.0.1:${port}`;
    this.#child = child;
    this.#sockets = sockets;
  }

  /** Listens on a free port of 127.0.0.1, or at the given address. */
  static async start(host = '127.0.0.1', requestedPort = 0): Promise<FullBacklog> {
    const child = spawn(process.execPath, ['-e', listener, host, String(requestedPort)], { stdio: ['ignore', 'pipe', 'ignore'] });
    const port = await new Promise<number>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(Number(String(text)))));
    // Linux queues one connection more than the backlog; the third one hangs, and so do all that follow.
    const sockets = Array.from({ length: 3 }, () => connect(port, host));
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(sockets.slice(0, 2).map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    return new FullBacklog(port, child, sockets);
  }

  /** Resolves when the child process has exited, so that no test file leaves a process running. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
