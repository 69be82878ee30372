import { defaultRetryAfterMs } from '../../../src/model/source-problem.js';
import type { PlaneFault } from '../../../src/sources/simulation/plane-server.js';
import { refuseWith } from '../../support/plane-errors.js';
import { canaries } from './canaries.js';

/** Something that goes wrong with every answer of a plane, and what a client receives. */
export interface Fault {
  readonly name: string;
  readonly fault: PlaneFault;
  readonly kind: string;
  readonly httpStatus: number | null;
  readonly retryAfterMs?: number;
}

/** What is in the error bodies of every plane beside their own form, with all that must not reach a client. */
const canaryFields = {
  // Astra, VCF and Catalog name the support key differently; all three are there.
  correlationID: 'REF-123',
  referenceToken: 'REF-123',
  request_id: 'REF-123',
  message: `no ${canaries.join(' ')}`,
  detail: `no ${canaries.join(' ')}`,
  title: `no ${canaries.join(' ')}`,
};

function status(code: number, headers: Readonly<Record<string, string>> = {}): PlaneFault {
  return refuseWith(code, canaryFields, headers);
}

function text(body: string, headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }): PlaneFault {
  return () => ({ status: 200, headers, body });
}

const unreadable = { kind: 'MALFORMED_RESPONSE', httpStatus: 200 } as const;

/** The support key of `canaryFields`. */
export const referenceToken = 'REF-123';

/** Faults that leave an operation waiting for nothing. `elsewhere` is a URL of another origin. */
export function quickFaults(elsewhere: () => string): readonly Fault[] {
  return [
    { name: 'hangs up', fault: () => 'hang-up', kind: 'UNREACHABLE', httpStatus: null },
    { name: 'answers 500', fault: status(500), kind: 'HTTP_STATUS', httpStatus: 500 },
    {
      name: 'answers 503 with Retry-After',
      fault: status(503, { 'retry-after': '500' }),
      kind: 'HTTP_STATUS',
      httpStatus: 503,
      retryAfterMs: 500_000,
    },
    {
      name: 'answers 429 with Retry-After',
      fault: status(429, { 'retry-after': '600' }),
      kind: 'RATE_LIMITED',
      httpStatus: 429,
      retryAfterMs: 600_000,
    },
    { name: 'sends HTML with 200', fault: text(`<html>${canaries.join(' ')}</html>`, { 'content-type': 'text/html' }), ...unreadable },
    { name: 'sends JSON that is none', fault: text('{"items": ['), ...unreadable },
    { name: 'sends JSON nested 5,000 deep', fault: text('['.repeat(5_000) + ']'.repeat(5_000)), ...unreadable },
    { name: 'sends an empty body', fault: text(''), ...unreadable },
    {
      name: 'ends in the middle of its answer',
      fault: text('{"items": [', { 'content-type': 'application/json', 'content-length': '5000', connection: 'close' }),
      kind: 'UNREACHABLE',
      httpStatus: null,
    },
    { name: 'sends more than maxBodyMb', fault: text(`"${'x'.repeat(1_200_000)}"`), kind: 'TOO_LARGE', httpStatus: null },
    {
      name: 'redirects to another origin',
      fault: () => ({ status: 302, headers: { location: `${elsewhere()}/stolen` }, body: canaryFields }),
      kind: 'HTTP_STATUS',
      httpStatus: 302,
    },
  ];
}

/** Faults after which nothing that is known is shown any more. */
export const refusals: readonly Fault[] = [
  { name: 'answers 401', fault: status(401), kind: 'UNAUTHENTICATED', httpStatus: 401 },
  { name: 'answers 403', fault: status(403), kind: 'FORBIDDEN', httpStatus: 403 },
];

/** A plane that has lost the path, account or zone. */
export const lost: Fault = { name: 'answers 404', fault: status(404), kind: 'NOT_FOUND', httpStatus: 404 };

/**
 * What a client receives: what is left of the pause that the plane asks for; or else what is usual, or for how long a circuit
 * breaker refuses to ask.
 */
export function retryAfterOf({ retryAfterMs }: Pick<Fault, 'retryAfterMs'>): unknown {
  const isRight = (received: number): boolean =>
    retryAfterMs === undefined ? received === defaultRetryAfterMs || received <= 60_000 : received <= retryAfterMs;
  return { asymmetricMatch: (received: unknown): boolean => typeof received === 'number' && received > 0 && isRight(received) };
}
