import pg from 'pg';

import { readRegularFile } from '../../lib/text-file.js';
import { type PostgresStoreSettings, StoreError } from '../store.js';
import { PostgresConnectionError, ReadOnlyServerError } from './postgres-errors.js';
import { parsePostgresUrl, type PostgresUrl } from './postgres-url.js';

/** Where the database is. */
export type PostgresLocation = Pick<PostgresStoreSettings, 'url' | 'tls'>;

interface PostgresConnectorOptions {
  /** How the server lists the connections. */
  readonly applicationName: string;
  /** Deadline of a connection attempt, over all hosts, and of a statement, in milliseconds. */
  readonly timeoutMs: number;
  /** Statements take as long as they need, and wait for locks as long, whatever the URL says; false by default. */
  readonly isPatient?: boolean;
  /** Run-time parameters of the server, by name; those of the URL take precedence. Null: none are set at all. */
  readonly settings: Readonly<Record<string, string>> | null;
}

/** With many hosts, each of them has at least this long to answer, in milliseconds. */
const minHostTimeoutMs = 1_000;

/**
 * The server ends a statement after its time-out; this long after that the connection counts as lost, in milliseconds.
 */
const answerGraceMs = 500;

const withoutDeadlines = { statement_timeout: '0', lock_timeout: '0' };

/** A server that has gone without a word is noticed by probes of the network, the first after so many milliseconds. */
const keepAliveDelayMs = 10_000;

/** Opens connections to a database, with TLS and settings as configured, to the host that takes writes. */
export class PostgresConnector {
  /** One for each host, in the order in which they are tried. */
  readonly clientConfigs: readonly pg.ClientConfig[];
  /** Hosts and database, for messages. */
  readonly display: string;
  readonly #settings: ReadonlyMap<string, string>;

  /** Throws a StoreError when the URL is wrong, or names a file that cannot be read. */
  constructor(location: PostgresLocation, options: PostgresConnectorOptions) {
    const parsed = parsePostgresUrl(location.url);
    if ('expected' in parsed) throw new StoreError(`The store cannot be used: store.url: ${parsed.expected}.`);
    const { url } = parsed;
    this.display = url.display;
    this.clientConfigs = buildClientConfigs(url, location, options);
    const { timeoutMs, settings, isPatient = false } = options;
    const own = { statement_timeout: String(timeoutMs), ...settings };
    const last = isPatient ? Object.entries(withoutDeadlines) : [];
    this.#settings = settings === null ? new Map() : new Map([...Object.entries(own), ...url.settings, ...last]);
  }

  /** A connection to the first host that takes writes. Rejects with the reason of the first host when none does. */
  async connect(signal: AbortSignal = new AbortController().signal): Promise<pg.Client> {
    const failures: unknown[] = [];
    for (const config of this.clientConfigs) {
      if (signal.aborted) break;
      const client = new pg.Client(config);
      // Without a listener an error between two statements would end the process.
      client.on('error', noop);
      const end = (): void => void client.end().catch(noop);
      signal.addEventListener('abort', end, { once: true });
      try {
        await client.connect();
        await this.prepare(client);
        return client;
      } catch (error) {
        failures.push(error);
        end();
      } finally {
        signal.removeEventListener('abort', end);
      }
    }
    throw new PostgresConnectionError(failures[0]);
  }

  /**
   * Makes the settings of a new connection and rejects when its server takes no writes. Settings in the start-up message
   * would be refused by PgBouncer.
   */
  async prepare(client: pg.ClientBase): Promise<void> {
    const { rows } = await client.query<{ isReadOnly: boolean; isStandby: boolean }>(prepareStatement, [
      [...this.#settings.keys()],
      [...this.#settings.values()],
    ]);
    if (rows[0]?.isReadOnly !== false) throw new ReadOnlyServerError(rows[0]?.isStandby === true);
  }
}

/** PostgreSQL has idle_session_timeout from version 14 on. */
const prepareStatement = `
  select current_setting('transaction_read_only')::boolean as "isReadOnly", pg_is_in_recovery() as "isStandby",
    (select count(set_config(name, value, false)) from unnest($1::text[], $2::text[]) as setting (name, value)
      where name <> 'idle_session_timeout' or current_setting(name, true) is not null)`;

/** The password and the authorities are read from the location for each connection: they may be renewed in the meantime. */
function buildClientConfigs(
  url: PostgresUrl,
  location: PostgresLocation,
  { applicationName, timeoutMs, isPatient = false }: PostgresConnectorOptions,
): readonly pg.ClientConfig[] {
  const { hosts, user, database, isTlsDirect } = url;
  const ssl = buildTlsOptions(url, location);
  const password = url.password === undefined ? undefined : (): string => readPassword(location) ?? '';
  return hosts.map(({ host, port }) => ({
    host,
    port,
    user,
    password,
    database,
    ssl,
    ...(isTlsDirect && { sslnegotiation: 'direct' as const }),
    application_name: url.applicationName ?? applicationName,
    connectionTimeoutMillis: Math.max(Math.min(minHostTimeoutMs, timeoutMs), timeoutMs / hosts.length),
    ...(isPatient ? { keepAliveInitialDelayMillis: keepAliveDelayMs } : { query_timeout: timeoutMs + answerGraceMs }),
    keepAlive: true,
  }));
}

/** Undefined: as PGSSLMODE says, else without TLS. The driver reads the properties when it opens a connection. */
function buildTlsOptions({ tls, tlsFiles }: PostgresUrl, location: PostgresLocation): pg.ClientConfig['ssl'] {
  if (tls === 'off') return false;
  if (tls === null && location.tls?.ca === undefined) return undefined;
  const options: pg.ClientConfig['ssl'] = tls === 'unverified' ? { rejectUnauthorized: false } : {};
  for (const [use, path] of Object.entries(tlsFiles)) defineRenewed(options, use, readTlsFile(path), () => readTlsFile(path));
  const ca = location.tls?.ca;
  if (ca !== undefined) defineRenewed(options, 'ca', ca, () => location.tls?.ca ?? ca);
  return options;
}

/** Defines a property that is read anew each time; while that fails, it keeps the last value. */
function defineRenewed(options: object, name: string, initial: string, read: () => string): void {
  let last = initial;
  const get = (): string => {
    try {
      last = read();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    return last;
  };
  Object.defineProperty(options, name, { get, enumerable: true, configurable: true });
}

function readPassword({ url }: PostgresLocation): string | undefined {
  const parsed = parsePostgresUrl(url);
  return 'expected' in parsed ? undefined : parsed.url.password;
}

function readTlsFile(path: string): string {
  try {
    return readRegularFile(path);
  } catch (error) {
    throw new StoreError('The store cannot be used: a file that store.url names for TLS cannot be read.', { cause: error });
  }
}

function noop(): void {
  // The loss of a connection shows at its next statement.
}
