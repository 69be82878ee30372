import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';

import { Target } from './target.js';

let target: Target;
beforeAll(async () => {
  target = await Target.start({ callers: { sre: [{ actions: ['operate'], sources: ['*'] }] } });
});
afterAll(() => target.close());

test.each([
  ['/livez', { status: 'alive' }],
  ['/readyz', { status: 'ready' }],
])('A47 %s reveals no planes, versions or addresses without a credential', async (path, body) => {
  for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
    const answer = await request(`http://${target.host}${path}`, { headers });
    expect([answer.statusCode, await answer.body.json()]).toEqual([200, body]);
    expect(Object.keys(answer.headers).filter((name) => /^(server|x-powered-by|via)$/.test(name))).toEqual([]);
  }
  expect(target.upstreamCalls).toBe(0);
});

test.each(['/metrics', '/health', '/healthz', '/status', '/version', '/debug', '/.well-known/apollo/server-health', '/graphql/health'])(
  'A47 %s does not exist',
  async (path) => {
    const answer = await request(`http://${target.host}${path}`);
    expect([answer.statusCode, await answer.body.json()]).toMatchObject([404, { errors: [{ message: 'There is nothing at this path.' }] }]);
  },
);
