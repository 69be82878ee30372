import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { post } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ callers: { sre: [] } });
});
afterAll(() => world.close());

test('Without trusted proxies X-Forwarded-For, Forwarded, X-Real-IP and Host change nothing: the address is that of the connection.', async () => {
  const send = (n: number) =>
    post(
      `${world.gateway.origin}/graphql`,
      { query: '{ __typename }' },
      {
        authorization: 'Bearer wrong',
        'x-forwarded-for': `203.0.113.${n}`,
        forwarded: `for=203.0.113.${n}`,
        'x-real-ip': `203.0.113.${n}`,
        'x-forwarded-host': `host-${n}.example`,
      },
    );
  for (let n = 0; n < 10; n++) expect((await send(n)).status).toBe(401);
  expect((await send(99)).status).toBe(429);
});
