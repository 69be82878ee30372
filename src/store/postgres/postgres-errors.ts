import pg from 'pg';

import { describeTlsError } from '../../lib/tls-errors.js';
import { findErrorCode } from '../../model/errors.js';
import { StoreError } from '../store.js';

/** Thrown when a connection to PostgreSQL cannot be made, is lost, or cannot be written through. The cause says why. */
export class PostgresConnectionError extends Error {
  override readonly name = 'PostgresConnectionError';

  constructor(cause: unknown) {
    super('There is no connection to PostgreSQL that can be used.', { cause });
  }
}

/** Thrown when a server accepts connections and no writes; it has the code with which PostgreSQL refuses a write. */
export class ReadOnlyServerError extends Error {
  override readonly name = 'ReadOnlyServerError';
  readonly code = '25006';

  constructor(readonly isStandby: boolean) {
    super('The server takes no writes.');
  }
}

/** Whether the server takes no writes (any more), so that another one may. */
export function isReadOnly(error: unknown): boolean {
  return findErrorCode(error) === '25006';
}

/**
 * Whether a connection must not be used again after this error of a statement: it is lost, in an unknown state because
 * the statement had no answer, or leads to a server that is shutting down or takes no writes.
 */
export function isConnectionUnusable(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.code === undefined || /^(08|57P|25006|25P03)/.test(error.code);
}

/**
 * Why the store as a whole cannot be used, in words; null for an error of a single statement. Besides the connection
 * these are the log-in (28), the database (3D), resources such as the disk (53), a statement that took too long (57014)
 * or waited too long for a lock (55P03), rights (42501) and tables (42P01) that are missing, and errors of the operating
 * system (58).
 */
export function describePostgresOutage(error: unknown): string | null {
  const isOutage =
    error instanceof PostgresConnectionError ||
    error instanceof ReadOnlyServerError ||
    (error instanceof pg.DatabaseError && /^(08|25006|28|3D|42501|42P01|53|55P03|57|58)/.test(error.code ?? ''));
  return isOutage ? describePostgresError(error) : null;
}

const codeMeanings: readonly (readonly [RegExp, string])[] = [
  [
    /^(ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE|ENOENT|EACCES)$/,
    'the server cannot be reached',
  ],
  [/^25006$/, 'the server takes no writes'],
  [/^28/, 'the server refuses the user or the password'],
  [/^3D/, 'there is no such database'],
  [/^42501$/, 'the user may not make or change its tables'],
  [/^42P01$/, 'one of its tables is missing'],
  [/^53100$/, 'the disk of the server is full'],
  [/^53/, 'the server has no connection or memory left'],
  [/^55P03$/, 'a lock could not be had in time'],
  [/^57014$/, 'a statement took too long'],
  [/^57P/, 'the server is starting or shutting down'],
];

/** Why the store cannot be used, in words without a full stop that contain no part of the URL. */
export function describePostgresError(error: unknown): string {
  const cause = error instanceof PostgresConnectionError ? error.cause : error;
  if (cause instanceof StoreError) return cause.message;
  if (cause instanceof ReadOnlyServerError && cause.isStandby) return 'the server is a standby, which takes no writes';
  const code = findErrorCode(cause) ?? '';
  const tls = describeTlsError(code, 'the server')?.replace('tls.caFile', 'store.tls.caFile');
  if (tls !== undefined) return tls.replace(/^\w/, (letter) => letter.toLowerCase());
  const meaning = codeMeanings.find(([pattern]) => pattern.test(code))?.[1];
  if (meaning !== undefined) return code.startsWith('E') ? `${meaning} (${code})` : meaning;
  // The messages of the driver and of the server name neither password nor URL.
  return cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
}
