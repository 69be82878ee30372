import { afterEach, describe, expect, test } from '@jest/globals';

import { canaries } from './canaries.js';
import { FailingWorld } from './failing-world.js';
import { refuseWith } from '../../support/plane-errors.js';

const logInPath = { 'catalog-demo': '/service-account-token', 'vcf-sfo': '/v1/tokens' } as const;

/** After a refused log-in nothing is tried for so long, in milliseconds. */
const coolDownMs = 30_000;

describe.each(['catalog-demo', 'vcf-sfo'] as const)('the log-in at %s', (faulty) => {
  let scenario: FailingWorld;
  afterEach(() => scenario.close());
  const logIns = (): number => scenario.world.planes[faulty].server.calls.filter(({ path }) => path === logInPath[faulty]).length;

  test('that is refused is not repeated for 30 s, so that no account is locked', async () => {
    scenario = await FailingWorld.start(faulty);
    scenario.fallWholly((call, handle) =>
      call.path === logInPath[faulty] ? refuseWith(401, { message: canaries.join(' ') })(call, handle) : handle(),
    );
    for (let times = 0; times < 5; times++) {
      expect((await scenario.list()).outcomes[faulty]).toMatchObject({
        __typename: 'TaskSourceUnavailable',
        problem: { kind: 'UNAUTHENTICATED', httpStatus: 401 },
      });
    }
    expect(logIns()).toBe(1);
    scenario.fallWholly(null);
    const waiting = (await scenario.list()).outcomes[faulty];
    expect(waiting.retryAfterMs).toBeGreaterThan(0);
    expect(waiting.retryAfterMs).toBeLessThan(coolDownMs);
    scenario.world.passTime(coolDownMs);
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered' });
    expect(logIns()).toBe(2);
  });

  test.each([
    { name: 'redirects', answer: 307, kind: 'HTTP_STATUS' },
    { name: 'fails', answer: 500, kind: 'HTTP_STATUS' },
    { name: 'is limited', answer: 429, kind: 'RATE_LIMITED' },
  ])('that $name makes the source unavailable; the credentials go nowhere else', async ({ answer, kind }) => {
    scenario = await FailingWorld.start(faulty);
    scenario.fallWholly((call, handle) =>
      call.path === logInPath[faulty] ? { status: answer, headers: { location: `${scenario.elsewhere.url}/take` } } : handle(),
    );
    const { answer: list, outcomes } = await scenario.list();
    expect(list.errors).toBeUndefined();
    expect(outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind, httpStatus: answer } });
    expect(scenario.elsewhere.calls).toEqual([]);
    scenario.fallWholly(null);
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered' });
  });

  test('that returns an invalid token makes the source unavailable', async () => {
    scenario = await FailingWorld.start(faulty);
    scenario.fallWholly((call, handle) =>
      call.path === logInPath[faulty] ? { status: 200, body: { access_token: 'a\r\nb', accessToken: 'a\r\nb' } } : handle(),
    );
    const { answer, outcomes } = await scenario.list();
    expect(answer.errors).toBeUndefined();
    expect(outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'MALFORMED_RESPONSE' } });
  });

  test('that never answers is waited for no longer than the deadline', async () => {
    scenario = await FailingWorld.start(faulty, { timeoutMs: 300 });
    scenario.fallWholly((call, handle) => (call.path === logInPath[faulty] ? 'silence' : handle()));
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'TIMEOUT' } });
  });

  test('is repeated once when the plane revokes the token', async () => {
    scenario = await FailingWorld.start(faulty);
    await scenario.list();
    let refusals = 0;
    const before = logIns();
    const stale = scenario.world.planes[faulty].server.calls.findLast(({ headers }) => headers['authorization'] !== undefined)?.headers[
      'authorization'
    ];
    scenario.fall((call, handle) => (call.headers['authorization'] === stale && ++refusals > 0 ? refuseWith(401)(call, handle) : handle()));
    // The catalog's simulator gives the tokens; VCF renews by a refresh, which is no log-in.
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
    expect(refusals).toBeGreaterThan(0);
    expect(logIns() - before).toBe(faulty === 'vcf-sfo' ? 0 : 1);
  });
});
