import type { FastifyInstance, FastifyRequest } from 'fastify';

import { type Refusal, sendRefusal } from './http-error-responses.js';

/** How the planes of the demo are broken and mended. */
export interface DemoControl {
  readonly planes: () => readonly DemoPlaneState[];
  /** The names of the faults. */
  readonly faults: readonly string[];
  /** Breaks a plane, or mends it with null; false when there is no such plane. */
  readonly setFault: (plane: string, fault: string | null) => boolean;
}

/** A plane of the demo. */
interface DemoPlaneState {
  readonly name: string;
  readonly displayName: string;
  /** Null: it works. */
  readonly fault: string | null;
}

/** The header that a request must have that changes something: a page of another origin cannot send it without a preflight. */
const demoHeader = 'x-tributary-demo';

/**
 * `GET /demo/planes`, and `POST /demo/planes` with `{ "plane": "vcf-lax", "fault": "silent" }`; without `plane`, all of them; with the
 * fault null, they are mended. Only for the demo, which serves loopback addresses alone.
 */
export function mountDemoRoutes(app: FastifyInstance, control: DemoControl): void {
  const headers = { 'cache-control': 'no-store' };
  app.get('/demo/planes', (_request, reply) => reply.headers(headers).send({ faults: control.faults, planes: control.planes() }));
  app.post<{ Body: unknown }>('/demo/planes', (request, reply) => {
    if (request.headers[demoHeader] === undefined) return sendRefusal(reply, missingHeader);
    if (isForeign(request)) return sendRefusal(reply, foreignOrigin);
    const change = readChange(request.body, control);
    if (change === null) return sendRefusal(reply, badChange(control));
    const names = change.plane === null ? control.planes().map(({ name }) => name) : [change.plane];
    if (!names.every((name) => control.setFault(name, change.fault))) return sendRefusal(reply, unknownPlane(control));
    return reply.headers(headers).send({ faults: control.faults, planes: control.planes() });
  });
}

/** Whether a page of another origin sent it. Other clients than browsers send no Origin. */
function isForeign({ headers: { origin, host } }: FastifyRequest): boolean {
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}

interface Change {
  /** Null: every plane. */
  readonly plane: string | null;
  readonly fault: string | null;
}

function readChange(body: unknown, { faults }: DemoControl): Change | null {
  if (typeof body !== 'object' || body === null || !('fault' in body)) return null;
  const { fault } = body;
  const plane: unknown = 'plane' in body ? body.plane : null;
  if (plane !== null && typeof plane !== 'string') return null;
  if (fault === null) return { plane, fault };
  return typeof fault === 'string' && faults.includes(fault) ? { plane, fault } : null;
}

const missingHeader: Refusal = { code: 'FORBIDDEN', message: `A change of the demo must have the header ${demoHeader}.` };

const foreignOrigin: Refusal = {
  code: 'FORBIDDEN',
  message: 'A page can change the demo only from the same origin: its Origin and the Host of the request must agree.',
};

function badChange({ faults }: DemoControl): Refusal {
  return { code: 'BAD_USER_INPUT', message: `fault must be ${faults.join(', ')} or null, and plane the name of a plane.` };
}

function unknownPlane(control: DemoControl): Refusal {
  const names = control.planes().map(({ name }) => name);
  return { code: 'BAD_USER_INPUT', message: `There is no such plane in the demo; there are ${names.join(', ')}.` };
}
