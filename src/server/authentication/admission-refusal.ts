import type { ErrorCode, TributaryError } from '../../task/error/tributary-error.js';
import { refusal } from '../refusal.js';

/** What is answered to who is not let in: the same words whatever was wrong. */
export interface AdmissionRefusal {
  readonly status: 401 | 429 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const statuses: Readonly<Partial<Record<ErrorCode, 401 | 429 | 503>>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429, OVERLOADED: 503 };

export function admissionRefusalOf({ code, message, retryAfterMs }: TributaryError): AdmissionRefusal {
  const status = statuses[code] ?? 401;
  return {
    status,
    headers: {
      // RFC 9110, 11.6.1: a 401 says how to do better.
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="tributary"' }),
      ...(retryAfterMs !== null && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
      'cache-control': 'no-store',
    },
    body: refusal(message, code, retryAfterMs),
  };
}
