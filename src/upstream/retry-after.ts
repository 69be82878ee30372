import type { UpstreamAnswer } from './upstream-answer.js';

/** Milliseconds from its arrival on that `Retry-After` asks for, in either of its forms (RFC 9110, 10.2.3); null when absent, past or unreadable. */
export function retryAfterOf(answer: UpstreamAnswer): number | null {
  const value = answer.header('retry-after')?.trim();
  if (value === undefined || value === '') return null;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - answer.receivedAt;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
