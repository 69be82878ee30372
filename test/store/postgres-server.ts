import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';

const run = promisify(execFile);

/** Debian keeps the programs of each major version in a folder of its own, off the PATH. */
const versions = '/usr/lib/postgresql';
const programs = existsSync(versions)
  ? readdirSync(versions)
      .toSorted((a, b) => Number(b) - Number(a))
      .map((version) => join(versions, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined;

export const postgres = { isThere: programs !== undefined, install: 'Install PostgreSQL: apt-get install postgresql' };

/** Runs a program for clients, such as pg_dump. */
export async function runPostgresClient(program: string, args: readonly string[]): Promise<void> {
  await run(join(programs ?? '', program), args);
}

/** A PostgreSQL server of the test's own: empty, on loopback, in a temporary folder. */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  #databases = 0;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-postgres-'));
    if (isRoot) chownSync(folder, ...(await ownerIds()));
    await asOwner('initdb', ['-D', join(folder, 'data'), '-U', 'tributary', '-A', 'trust', '--no-sync', '-E', 'UTF8']);
    const server = new PostgresServer(folder, await freePort());
    await server.resume();
    return server;
  }

  /** The URL of a new, empty database. */
  async newDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `test${this.#databases}`;
    await this.query(this.#url('postgres'), `create database ${name}`);
    return this.#url(name);
  }

  async query(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** As if its machine had lost power. */
  async kill(): Promise<void> {
    await this.#control('stop', '-m', 'immediate');
  }

  async resume(): Promise<void> {
    await this.#control('start', '-l', join(this.#folder, 'log'), '-o', `-p ${this.#port} -h 127.0.0.1 -k ${this.#folder}`);
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }

  #url(database: string): string {
    return `postgres://tributary:not-shown@127.0.0.1:${this.#port}/${database}`;
  }

  async #control(command: 'start' | 'stop', ...options: string[]): Promise<void> {
    await asOwner('pg_ctl', [command, '-w', '-D', join(this.#folder, 'data'), ...options]);
  }
}

/** PostgreSQL refuses to run as root: then its own user runs it. */
const isRoot = process.getuid?.() === 0;

async function asOwner(program: string, args: readonly string[]): Promise<void> {
  const path = join(programs ?? '', program);
  if (isRoot) await run('runuser', ['-u', 'postgres', '--', path, ...args], { cwd: tmpdir() });
  else await run(path, args);
}

async function ownerIds(): Promise<[number, number]> {
  const [user, group] = await Promise.all(['-u', '-g'].map(async (id) => Number((await run('id', [id, 'postgres'])).stdout)));
  return [user ?? 0, group ?? 0];
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
