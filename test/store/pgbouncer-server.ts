import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { freePort, isRoot } from './postgres-server.js';

/** Debian has it in /usr/sbin, which the PATH of a user may lack. */
const program = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find(isExecutable);

export const pgbouncer = { isThere: program !== undefined, install: 'Install PgBouncer: apt-get install pgbouncer' };

/** A PgBouncer in front of a database server, with its defaults but for `settings`. */
export class PgBouncerServer {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #port: number;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#process = child;
    this.#folder = folder;
    this.#port = port;
  }

  /** `target`: the URL of a database, whose name it takes over. */
  static async start(target: string, settings: Readonly<Record<string, string | number>>): Promise<PgBouncerServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-pgbouncer-'));
    chmodSync(folder, 0o755);
    const port = await freePort();
    const all = { listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', auth_type: 'any', ...settings };
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
    const { hostname, port: targetPort, username } = new URL(target);
    const database = `* = host=${hostname} port=${targetPort} user=${username}`;
    writeFileSync(join(folder, 'pgbouncer.ini'), ['[databases]', database, '[pgbouncer]', ...lines, ''].join('\n'));
    // PgBouncer refuses to run as root.
    const words = [...(isRoot ? ['-u', 'postgres'] : []), join(folder, 'pgbouncer.ini')];
    const child = spawn(program ?? '', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((ready, failed) => {
      let log = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('process up')) ready();
      });
      child.on('close', () => failed(new Error(`PgBouncer has ended: ${log}`)));
    });
    return new PgBouncerServer(child, folder, port);
  }

  /** The URL of a database through it. */
  through(url: string): string {
    const through = new URL(url);
    through.port = String(this.#port);
    return through.href;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
