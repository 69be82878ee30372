import type pg from 'pg';

import type { Cancel, Scheduler } from '../lib/scheduler.js';
import { PostgresConnector, type PostgresLocation } from '../store/postgres/postgres-connector.js';
import { keepaliveSeconds, sessionTimeoutMs } from './failover.js';

interface PostgresSessionOptions {
  readonly location: PostgresLocation;
  /** The channel to listen on. */
  readonly channel: string;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly onUp: () => void;
  /** Called once for each interruption, also when the first attempt to connect fails. */
  readonly onDown: (error: unknown) => void;
  readonly onNotice: (payload: string) => void;
}

/**
 * Deadline of a connection attempt and of a statement, in milliseconds. It is shorter than that of the store, because
 * another process can take over, or this one can go on alone, as soon as the database is known to be away.
 */
const timeoutMs = 3_000;

/** Exponential backoff between attempts to connect, in milliseconds, until a connection has done its work. */
const backoffMs = { first: 100, max: 2_000 };

/**
 * PostgreSQL ends the session of a process that hangs after `idle_session_timeout` (since version 14), and that of a
 * process whose machine is gone after the keepalive probes. Both release its locks, so that another process can lead.
 */
const settings = {
  tcp_keepalives_idle: String(keepaliveSeconds.idle),
  tcp_keepalives_interval: String(keepaliveSeconds.interval),
  tcp_keepalives_count: String(keepaliveSeconds.count),
  idle_session_timeout: String(sessionTimeoutMs),
};

/**
 * A connection apart from the pool, which listens to notices and holds advisory locks. It reconnects whenever it is
 * lost.
 */
export class PostgresSession {
  readonly #options: PostgresSessionOptions;
  readonly #connector: PostgresConnector;
  /** Aborted when the session is closed while it connects. */
  readonly #closing = new AbortController();
  #client: pg.Client | null = null;
  #state: 'connecting' | 'up' | 'down' | 'closed' = 'connecting';
  #attempts = 0;
  #cancelRetry: Cancel = () => undefined;

  constructor(options: PostgresSessionOptions) {
    this.#options = options;
    this.#connector = new PostgresConnector(options.location, { applicationName: 'tributary replica', timeoutMs, settings });
    void this.#connect();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Returns the rows. Rejects when there is no connection. */
  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    if (this.#client === null || this.#state !== 'up') throw new Error('The database is away.');
    return (await this.#client.query<Row>(text, [...values])).rows;
  }

  /** Reports that the connection does its work: the next interruption begins with the shortest pause. */
  confirm(): void {
    this.#attempts = 0;
  }

  /** Abandons a connection that cannot be relied on. */
  fail(error: unknown): void {
    const client = this.#client;
    if (client !== null) this.#handleLoss(client, error);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#state = 'closed';
    this.#client = null;
    this.#cancelRetry();
    this.#closing.abort();
    await client?.end();
  }

  async #connect(): Promise<void> {
    const { channel, onUp, onNotice } = this.#options;
    let client: pg.Client;
    try {
      client = await this.#connector.connect(this.#closing.signal);
    } catch (error) {
      return this.#handleFailure(error);
    }
    if (this.#state === 'closed') return void client.end().catch(() => undefined);
    this.#client = client;
    client.on('error', (error) => this.#handleLoss(client, error));
    client.on('end', () => this.#handleLoss(client, new Error('The database has ended the connection.')));
    client.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await client.query(`listen ${channel}`);
    } catch (error) {
      return this.#handleLoss(client, error);
    }
    if (this.#client !== client) return;
    this.#state = 'up';
    onUp();
  }

  #handleLoss(client: pg.Client, error: unknown): void {
    if (this.#client === client) this.#handleFailure(error);
  }

  #handleFailure(error: unknown): void {
    const client = this.#client;
    // Ending a broken connection may hang, so this is not awaited.
    client?.end().catch(() => undefined);
    this.#client = null;
    if (this.#state === 'closed') return;
    const wasDown = this.#state === 'down';
    this.#state = 'down';
    const { scheduler, random, onDown } = this.#options;
    const backoff = Math.min(backoffMs.max, backoffMs.first * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#cancelRetry = scheduler.after(backoff * (0.5 + random() / 2), () => void this.#connect());
    if (!wasDown) onDown(error);
  }
}
