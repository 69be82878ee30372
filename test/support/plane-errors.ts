import type { PlaneFault } from '../../src/sources/simulation/plane-server.js';

/** A kind of plane with an error form of its own. */
export type PlaneKind = 'catalog' | 'astra' | 'vcf';

const problemNumbers: Readonly<Record<number, number>> = { 400: 5, 401: 4, 403: 11, 404: 2, 409: 10, 412: 38, 500: 34, 502: 40, 503: 24 };
const catalogCodes: Readonly<Record<number, string>> = { 400: 'bad_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' };

/** An error in the form in which this kind of plane sends its own; members of `more` replace those of the form. */
export function buildPlaneError(kind: PlaneKind, status: number, more: Readonly<Record<string, unknown>> = {}): object {
  if (kind === 'vcf') return { errorCode: `TEST_${status}`, message: 'SDDC Manager refuses it', ...more };
  if (kind === 'catalog')
    return { code: catalogCodes[status] ?? 'conflict', message: 'the catalog refuses it', status, details: [], ...more };
  return {
    type: `https://astra.netapp.io/problems/${problemNumbers[status] ?? 5}`,
    title: 'Astra Control refuses it',
    detail: 'It is refused.',
    // A text, as the real one sends it.
    status: String(status),
    ...more,
  };
}

/** Answers each request with an error in the form of the plane that has its route. */
export function refuseWith(
  status: number,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): PlaneFault {
  return ({ path }) => ({ status, headers, body: buildPlaneError(findPlaneKind(path), status, more) });
}

function findPlaneKind(path: string): PlaneKind {
  if (path.startsWith('/v1/')) return 'vcf';
  return path.startsWith('/accounts/') ? 'astra' : 'catalog';
}
