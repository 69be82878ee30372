import { parseInstant } from '../../model/scalars.js';
import { maxRetryAfterMs } from '../../model/source-problem.js';
import { parseHttpDate } from './http-date.js';

/**
 * Milliseconds that a `Retry-After` asks for, at most an hour: a number of seconds of any length, also with a fraction, or a
 * date of HTTP (RFC 9110, 10.2.3) or of ISO 8601. Null for a time that is past, and for what is neither.
 *
 * @param receivedAt when the response came, in milliseconds since 1970.
 */
export function parseRetryAfter(value: string, receivedAt: number): number | null {
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return limit(Number(text) * 1_000);
  const until = parseHttpDate(text, receivedAt) ?? parseInstant(text);
  return until === null ? null : limit(until - receivedAt);
}

function limit(ms: number): number | null {
  // What is less than a thousandth of a millisecond is the imprecision of the product.
  return ms <= 0 ? null : Math.min(Math.ceil(Math.round(ms * 1_000) / 1_000), maxRetryAfterMs);
}
