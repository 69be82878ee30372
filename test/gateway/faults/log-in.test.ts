import { afterEach, describe, expect, test } from '@jest/globals';

import { canaries } from './canaries.js';
import { FailingWorld } from './failing-world.js';

const logInPath = { 'catalog-demo': '/service-account-token', 'vcf-sfo': '/v1/tokens' } as const;

/** After a refused log-in nothing is tried for so long, in milliseconds. */
const coolDownMs = 30_000;

describe.each(['catalog-demo', 'vcf-sfo'] as const)('the log-in at %s', (sick) => {
  let room: FailingWorld;
  afterEach(() => room.close());
  const logIns = (): number => room.world.planes[sick].server.calls.filter(({ path }) => path === logInPath[sick]).length;

  test('that is refused is not repeated for 30 s, so that no account is locked', async () => {
    room = await FailingWorld.start(sick);
    room.fallWholly((call, handle) => (call.path === logInPath[sick] ? { status: 401, body: { message: canaries.join(' ') } } : handle()));
    for (let times = 0; times < 5; times++) {
      expect((await room.list()).outcomes[sick]).toMatchObject({
        __typename: 'TaskSourceUnavailable',
        problem: { kind: 'UNAUTHENTICATED', httpStatus: 401 },
      });
    }
    expect(logIns()).toBe(1);
    room.fallWholly(null);
    const waiting = (await room.list()).outcomes[sick];
    expect(waiting.retryAfterMs).toBeGreaterThan(0);
    expect(waiting.retryAfterMs).toBeLessThan(coolDownMs);
    room.world.passTime(coolDownMs);
    expect((await room.list()).outcomes[sick]).toMatchObject({ __typename: 'TaskSourceAnswered' });
    expect(logIns()).toBe(2);
  });

  test.each([
    { name: 'redirects', answer: 307, kind: 'HTTP_STATUS' },
    { name: 'fails', answer: 500, kind: 'HTTP_STATUS' },
    { name: 'is limited', answer: 429, kind: 'RATE_LIMITED' },
  ])('that $name makes the source unavailable; the credentials go nowhere else', async ({ answer, kind }) => {
    room = await FailingWorld.start(sick);
    room.fallWholly((call, handle) =>
      call.path === logInPath[sick] ? { status: answer, headers: { location: `${room.elsewhere.url}/take` } } : handle(),
    );
    const { answer: list, outcomes } = await room.list();
    expect(list.errors).toBeUndefined();
    expect(outcomes[sick]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind, httpStatus: answer } });
    expect(room.elsewhere.calls).toEqual([]);
    room.fallWholly(null);
    expect((await room.list()).outcomes[sick]).toMatchObject({ __typename: 'TaskSourceAnswered' });
  });

  test('that returns an invalid token makes the source unavailable', async () => {
    room = await FailingWorld.start(sick);
    room.fallWholly((call, handle) =>
      call.path === logInPath[sick] ? { status: 200, body: { access_token: 'a\r\nb', accessToken: 'a\r\nb' } } : handle(),
    );
    const { answer, outcomes } = await room.list();
    expect(answer.errors).toBeUndefined();
    expect(outcomes[sick]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'MALFORMED_RESPONSE' } });
  });

  test('that never answers is waited for no longer than the deadline', async () => {
    room = await FailingWorld.start(sick, { timeoutMs: 300 });
    room.fallWholly((call, handle) => (call.path === logInPath[sick] ? 'silence' : handle()));
    expect((await room.list()).outcomes[sick]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'TIMEOUT' } });
  });

  test('is repeated once when the plane revokes the token', async () => {
    room = await FailingWorld.start(sick);
    await room.list();
    let refusals = 0;
    const before = logIns();
    const stale = room.world.planes[sick].server.calls.findLast(({ headers }) => headers['authorization'] !== undefined)?.headers[
      'authorization'
    ];
    room.fall((call, handle) => (call.headers['authorization'] === stale && ++refusals > 0 ? { status: 401 } : handle()));
    // The catalog's simulator gives the tokens; VCF renews by a refresh, which is no log-in.
    expect((await room.list()).outcomes[sick]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
    expect(refusals).toBeGreaterThan(0);
    expect(logIns() - before).toBe(sick === 'vcf-sfo' ? 0 : 1);
  });
});
