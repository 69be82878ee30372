import { expect, test } from '@jest/globals';

import type { PlaneResponse, PlaneRequest } from '../../../src/sources/simulation/plane-server.js';
import { request, withPlane, wireTask } from './plane.js';
import { buildPlaneError } from '../../support/plane-errors.js';

const claims = (value: unknown): string => `h.${Buffer.from(JSON.stringify(value)).toString('base64url')}.s`;
const bearerOf = (call: PlaneRequest): string => String(call.headers['authorization']);
const refreshPath = '/v1/tokens/access-token/refresh';

/** A plane that tells tokens apart, with a clock for the gateway that is moved by hand. */
function tokens(refresh: (call: PlaneRequest, count: number) => PlaneResponse) {
  const clock = { now: 1_000_000 };
  let [logIns, renewals] = [0, 0];
  const routes = (call: PlaneRequest): PlaneResponse | undefined => {
    if (call.path === '/v1/tokens') {
      logIns++;
      return { status: 200, body: { accessToken: claims({ iat: 1_000, exp: 2_000, logIns }), refreshToken: { id: `refresh-${logIns}` } } };
    }
    if (call.path === refreshPath) return refresh(call, ++renewals);
    return call.path === '/v1/tasks' ? { status: 200, body: { elements: [wireTask('a')] } } : undefined;
  };
  return { clock, routes, overrides: { now: () => clock.now } };
}

test('one login with user name and password is shared by all callers', async () => {
  const { routes, overrides } = tokens(() => ({ status: 500 }));
  await withPlane(
    routes,
    async (plane) => {
      await Promise.all(Array.from({ length: 10 }, () => plane.source.list(request())));
      const logIns = plane.callsTo('/v1/tokens', 'POST');
      expect(logIns.map((call) => JSON.parse(call.body))).toEqual([{ username: 'svc', password: 'log-in-secret' }]);
      // Ten that ask for the same at the same time are one question.
      expect(plane.callsTo('/v1/tasks')).toHaveLength(1);
      expect(new Set(plane.callsTo('/v1/tasks').map(bearerOf))).toEqual(
        new Set([`Bearer ${claims({ iat: 1_000, exp: 2_000, logIns: 1 })}`]),
      );
    },
    overrides,
  );
});

test.each([
  ['a JSON string', (token: string): string => JSON.stringify(token)],
  ['raw text', (token: string): string => `${token}\n`],
])('after 80 %% of its life a token is renewed, the answer being %s', async (_, form) => {
  const { clock, routes, overrides } = tokens(() => ({ status: 200, body: form('renewed') }));
  await withPlane(
    routes,
    async (plane) => {
      await plane.source.list(request());
      clock.now += 799_000;
      await plane.source.list(request());
      expect(plane.callsTo(refreshPath, 'PATCH')).toHaveLength(0);
      clock.now += 1_000;
      await plane.source.list(request());
      expect(plane.callsTo(refreshPath, 'PATCH').map((call) => call.body)).toEqual(['"refresh-1"']);
      expect(bearerOf(plane.callsTo('/v1/tasks')[2] as PlaneRequest)).toBe('Bearer renewed');
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(1);
      // "renewed" says nothing of its life: an hour, of which 80 % are 2880 s.
      clock.now += 2_879_000;
      await plane.source.list(request());
      expect(plane.callsTo(refreshPath, 'PATCH')).toHaveLength(1);
      clock.now += 1_000;
      await plane.source.list(request());
      expect(plane.callsTo(refreshPath, 'PATCH')).toHaveLength(2);
    },
    overrides,
  );
});

test.each<[PlaneResponse]>([
  [{ status: 400 }],
  [{ status: 401 }],
  [{ status: 404 }],
  [{ status: 500 }],
  [{ status: 200, body: '' }],
  [{ status: 200, body: 'two words' }],
])('a refused renewal falls back to a login: %j', async (refusal) => {
  const { clock, routes, overrides } = tokens(() => refusal);
  await withPlane(
    routes,
    async (plane) => {
      await plane.source.list(request());
      clock.now += 900_000;
      await plane.source.list(request());
      expect(plane.callsTo(refreshPath, 'PATCH')).toHaveLength(1);
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(2);
    },
    overrides,
  );
});

test('after a login without a refresh token there is another login', async () => {
  const clock = { now: 0 };
  await withPlane(
    (call) => (call.path === '/v1/tasks' ? { status: 200, body: {} } : undefined),
    async (plane) => {
      await plane.source.list(request());
      clock.now += 3_600_000;
      await plane.source.list(request());
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(2);
      expect(plane.callsTo(refreshPath, 'PATCH')).toHaveLength(0);
    },
    { now: () => clock.now },
  );
});

test.each([400, 401, 403])('a login refused with %d is UNAUTHENTICATED, and is not tried again for 30 seconds', async (status) => {
  const clock = { now: 0 };
  await withPlane(
    (call) => (call.path === '/v1/tokens' ? { status, body: buildPlaneError('vcf', status, { referenceToken: 'LOGIN' }) } : undefined),
    async (plane) => {
      const refused = { problem: { kind: 'UNAUTHENTICATED', httpStatus: status, referenceToken: 'LOGIN' } };
      await expect(plane.source.list(request())).rejects.toMatchObject(refused);
      clock.now += 29_999;
      await expect(plane.source.list(request())).rejects.toMatchObject({ ...refused, retryAfterMs: 1 });
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(1);
      clock.now += 1;
      await expect(plane.source.list(request())).rejects.toMatchObject(refused);
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(2);
    },
    { now: () => clock.now },
  );
});

test.each<[PlaneResponse, string]>([
  [{ status: 500 }, 'HTTP_STATUS'],
  [{ status: 429 }, 'RATE_LIMITED'],
  [{ status: 200, body: {} }, 'MALFORMED_RESPONSE'],
  [{ status: 200, body: { accessToken: 'two words' } }, 'MALFORMED_RESPONSE'],
  [{ status: 200, body: 'text' }, 'MALFORMED_RESPONSE'],
])('a login that fails otherwise reports why, and the next call tries again: %j', async (answer, kind) => {
  await withPlane(
    (call) => (call.path === '/v1/tokens' ? answer : undefined),
    async (plane) => {
      await expect(plane.source.list(request())).rejects.toMatchObject({ problem: { kind } });
      const before = plane.callsTo('/v1/tokens', 'POST').length;
      await expect(plane.source.list(request())).rejects.toMatchObject({ problem: { kind } });
      expect(plane.callsTo('/v1/tokens', 'POST').length).toBeGreaterThan(before);
    },
  );
});

const expired = { errorCode: 'Unauthorized', message: 'Authorization Header is missing or not in correct format' };

test.each<[PlaneResponse]>([
  [{ status: 401, body: expired }],
  [{ status: 401, headers: { 'www-authenticate': 'Bearer' } }],
  [{ status: 400, body: expired }],
  [{ status: 403, body: { errorCode: 'UNAUTHENTICATED', message: 'no' } }],
])('a read with a refused token is sent once more with a new one: %j', async (refusal) => {
  const { routes, overrides } = tokens(() => ({ status: 200, body: '"renewed"' }));
  await withPlane(
    routes,
    async (plane) => {
      plane.server.fault = (call, handle) => (call.path === '/v1/tasks' && bearerOf(call) !== 'Bearer renewed' ? refusal : handle());
      expect((await plane.source.list(request())).tasks).toHaveLength(1);
      expect(plane.callsTo('/v1/tasks')).toHaveLength(2);
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(1);
    },
    overrides,
  );
});

test('after a refused renewed token the next call logs in, half a minute after the last login', async () => {
  const { clock, routes, overrides } = tokens(() => ({ status: 200, body: '"renewed"' }));
  await withPlane(
    routes,
    async (plane) => {
      let revoked = true;
      plane.server.fault = (call, handle) =>
        call.path.endsWith('/tasks') && (bearerOf(call) === 'Bearer renewed' || revoked) ? { status: 401, body: expired } : handle();
      await expect(plane.source.list(request())).rejects.toMatchObject({ problem: { kind: 'UNAUTHENTICATED', httpStatus: 401 } });
      revoked = false;
      await expect(plane.source.list(request())).rejects.toMatchObject({ retryAfterMs: 30_000 });
      clock.now += 30_000;
      expect((await plane.source.list(request())).tasks).toHaveLength(1);
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(2);
    },
    overrides,
  );
});

test('a token that one route refuses before another accepts it is kept for the one that accepts it', async () => {
  const { clock, routes, overrides } = tokens((_call, count) => ({ status: 200, body: `"renewed-${count}"` }));
  await withPlane(
    routes,
    async (plane) => {
      let refuseAgain: () => void = () => undefined;
      const isRefusedAgain = new Promise<void>((resolve) => {
        refuseAgain = resolve;
      });
      plane.server.fault = async (call, handle) => {
        if (call.path === '/v1/tasks') await isRefusedAgain;
        if (call.path !== '/v1/credentials/tasks') return handle();
        if (plane.callsTo(refreshPath, 'PATCH').length > 0) refuseAgain();
        return { status: 401, body: expired };
      };
      for (const begun = clock.now; clock.now - begun < 600_000; clock.now += 5_000) {
        expect(await plane.source.list(request())).toMatchObject({ tasks: [{}], isComplete: false, problem: { kind: 'UNAUTHENTICATED' } });
      }
      expect(plane.callsTo('/v1/tokens', 'POST')).toHaveLength(2);
    },
    overrides,
  );
});

test('the problem of a failed login contains no credential', async () => {
  const body = { errorCode: 'NO', message: 'svc log-in-secret is wrong' };
  await withPlane(
    (call) => (call.path === '/v1/tokens' ? { status: 400, body } : undefined),
    async (plane) => {
      const error: unknown = await plane.source.list(request()).catch((reason: unknown) => reason);
      expect(String(error) + JSON.stringify(error)).not.toContain('log-in-secret');
    },
  );
});
