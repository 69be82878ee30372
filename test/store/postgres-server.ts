import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    const folder = await createFolder();
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

  /** Gives two databases each the name of the other, and ends their connections, as a fail-over to a wrong server does. */
  async swapDatabases(one: string, other: string): Promise<void> {
    const [a, b] = [one, other].map((url) => new URL(url).pathname.slice(1));
    const url = this.#url('postgres');
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname in ('${a}', '${b}')`;
    for (const [from, to] of [
      [a, 'swapped'],
      [b, a],
      ['swapped', b],
    ]) {
      await this.query(url, `alter database ${from} allow_connections false`);
      await this.query(url, end);
      await this.query(url, `alter database ${from} rename to ${to}`);
    }
    for (const name of [a, b]) await this.query(url, `alter database ${name} allow_connections true`);
  }

  /** Another server, a standby that replicates this one. */
  async startStandby(): Promise<PostgresServer> {
    const folder = await createFolder();
    const source = ['-h', '127.0.0.1', '-p', String(this.#port), '-U', 'tributary'];
    await asOwner('pg_basebackup', ['-D', join(folder, 'data'), ...source, '--checkpoint=fast', '--no-sync', '--write-recovery-conf']);
    const standby = new PostgresServer(folder, await freePort());
    await standby.resume();
    return standby;
  }

  /** Makes a standby take writes. */
  async promote(): Promise<void> {
    await this.#control('promote');
  }

  /** From now on it offers TLS as well. */
  async offerTls({ key, cert }: { readonly key: string; readonly cert: string }): Promise<void> {
    for (const [name, text] of [
      ['server.key', key],
      ['server.crt', cert],
    ] as const) {
      const path = join(this.#folder, 'data', name);
      writeFileSync(path, text, { mode: 0o600 });
      if (isRoot) chownSync(path, ...(await ownerIds()));
    }
    const url = this.#url('postgres');
    for (const statement of ['alter system set ssl = on', 'select pg_reload_conf()']) await this.query(url, statement);
  }

  /** From now on this role has a password, and the server asks for it; the owner of the server is never asked. */
  async requirePassword(role: string, password: string): Promise<void> {
    const url = this.#url('postgres');
    await this.query(url, `do $$ begin create role ${role} login superuser; exception when duplicate_object then null; end $$`);
    await this.query(url, `alter role ${role} password '${password}'`);
    const rules = ['all tributary', `all ${role}`].map(
      (who, index) => `host ${who} 127.0.0.1/32 ${index === 0 ? 'trust' : 'scram-sha-256'}\n`,
    );
    writeFileSync(join(this.#folder, 'data', 'pg_hba.conf'), rules.join(''));
    await this.query(url, 'select pg_reload_conf()');
  }

  /** Ends the connections of a role. */
  async disconnect(role: string): Promise<void> {
    await this.query(this.#url('postgres'), `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`);
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** As if its machine had lost power. */
  async kill(): Promise<void> {
    await this.#control('stop', '-m', 'immediate');
  }

  /** Its processes stand still, with their connections open, until the returned function is called. */
  hang(): () => void {
    const [pid = ''] = readFileSync(join(this.#folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const signal = (name: NodeJS.Signals): void => [pid, ...children].forEach((one) => process.kill(Number(one), name));
    signal('SIGSTOP');
    return () => signal('SIGCONT');
  }

  async resume(): Promise<void> {
    await this.#control('start', '-l', join(this.#folder, 'log'), '-o', `-p ${this.#port} -h 127.0.0.1 -k ${this.#folder}`);
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }

  #url(database: string): string {
    return `postgres://tributary:not-shown@${this.address}/${database}`;
  }

  async #control(command: 'start' | 'stop' | 'promote', ...options: string[]): Promise<void> {
    await asOwner('pg_ctl', [command, '-w', '-D', join(this.#folder, 'data'), ...options]);
  }
}

async function createFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-postgres-'));
  if (isRoot) chownSync(folder, ...(await ownerIds()));
  return folder;
}

/** PostgreSQL refuses to run as root: then its own user runs it. */
export const isRoot = process.getuid?.() === 0;

async function asOwner(program: string, args: readonly string[]): Promise<void> {
  const path = join(programs ?? '', program);
  if (isRoot) await run('runuser', ['-u', 'postgres', '--', path, ...args], { cwd: tmpdir() });
  else await run(path, args);
}

async function ownerIds(): Promise<[number, number]> {
  const [user, group] = await Promise.all(['-u', '-g'].map(async (id) => Number((await run('id', [id, 'postgres'])).stdout)));
  return [user ?? 0, group ?? 0];
}

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
