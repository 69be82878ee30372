import pg from 'pg';

import type { Cancel, Scheduler } from '../lib/scheduler.js';

export interface PostgresSessionOptions {
  /** May hold a password. */
  readonly url: string;
  /** What is to be heard. */
  readonly channel: string;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly onUp: () => void;
  /** Told once each time, also when the first attempt to connect fails. */
  readonly onDown: (error: unknown) => void;
  readonly onNotice: (payload: string) => void;
}

/** For a connection and for a statement: longer than this, in milliseconds, nobody waits for the database. */
const timeoutMs = 3_000;

/** The pause before the next attempt to connect, in milliseconds: doubled each time, up to the longest. */
const backoffMs = { first: 100, longest: 2_000 };

/**
 * The server ends a session that is silent for longer than `idle_session_timeout` (since PostgreSQL 14), and one whose machine is gone
 * after the probes: locks of a process that hangs or was cut off are free in time.
 */
const settings = `
  select set_config('tcp_keepalives_idle', '3', false), set_config('tcp_keepalives_interval', '1', false),
    set_config('tcp_keepalives_count', '3', false),
    case when current_setting('server_version_num')::int >= 140000 then set_config('idle_session_timeout', '6000', false) end`;

/** One connection of its own that hears notices and may hold locks; made again, with growing pauses, whenever it is lost. */
export class PostgresSession {
  readonly #options: PostgresSessionOptions;
  #client: pg.Client | null = null;
  #phase: 'connecting' | 'up' | 'down' | 'closed' = 'connecting';
  #attempts = 0;
  #cancelRetry: Cancel = () => undefined;

  constructor(options: PostgresSessionOptions) {
    this.#options = options;
    void this.#connect();
  }

  get isUp(): boolean {
    return this.#phase === 'up';
  }

  /** The rows. Rejects when there is no connection. */
  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    if (this.#client === null || this.#phase !== 'up') throw new Error('The database is away.');
    return (await this.#client.query<Row>(text, [...values])).rows;
  }

  /** Gives the connection up, as one that cannot be relied on. */
  fail(error: unknown): void {
    const client = this.#client;
    if (client !== null) this.#lost(client, error);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#phase = 'closed';
    this.#client = null;
    this.#cancelRetry();
    await client?.end();
  }

  async #connect(): Promise<void> {
    const { url, channel, onUp, onNotice } = this.#options;
    const client = new pg.Client({
      connectionString: url,
      application_name: 'tributary replica',
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      statement_timeout: timeoutMs,
      keepAlive: true,
    });
    this.#client = client;
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('The database has ended the connection.')));
    client.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await client.connect();
      await client.query(settings);
      await client.query(`listen ${channel}`);
    } catch (error) {
      return this.#lost(client, error);
    }
    if (this.#client !== client) return;
    this.#phase = 'up';
    this.#attempts = 0;
    onUp();
  }

  #lost(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    const wasDown = this.#phase === 'down';
    this.#client = null;
    this.#phase = 'down';
    // It may hang: nobody waits for its end.
    client.end().catch(() => undefined);
    const { scheduler, random, onDown } = this.#options;
    const longest = Math.min(backoffMs.longest, backoffMs.first * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#cancelRetry = scheduler.after(longest * (0.5 + random() / 2), () => void this.#connect());
    if (!wasDown) onDown(error);
  }
}
