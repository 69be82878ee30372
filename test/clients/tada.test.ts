import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { World } from '../support/world.js';
import { Consumer } from './consumer.js';

let world: World;
let consumer: Consumer;
beforeAll(async () => {
  world = await World.start();
  consumer = new Consumer('tada');
});
afterAll(async () => {
  consumer.remove();
  await world.close();
});

test('gql.tada infers the types of operations from the exported introspection, and the client uses them', async () => {
  const [answer, ...events] = await consumer.example(`${world.gateway.origin}/graphql`);
  expect(answer).toEqual({
    total: expect.any(Number),
    errors: [],
    lines: [1, 2, 3].map(() => expect.stringMatching(/^FAILED (at|without) a time/)),
  });
  expect(events).toEqual([{ kind: 'CURRENT', status: 'FAILED' }]);
});
