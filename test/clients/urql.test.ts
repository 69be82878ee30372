import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { World } from '../support/world.js';
import { testTool } from '../tools/test-tool.js';
import { Consumer } from './consumer.js';

let world: World;
let consumer: Consumer;

describeWith(testTool('@urql/exchange-graphcache'))('A client with urql', () => {
  beforeAll(async () => {
    world = await World.start();
    consumer = new Consumer('urql');
  });
  afterAll(async () => {
    consumer.remove();
    await world.close();
  });

  test('the normalized cache of urql knows every type, and a mutation updates the result of a query', async () => {
    const plane = world.planes['vcf-sfo'];
    const sourceTaskId = plane.addTask({ status: 'FAILED', isRetryable: true });
    plane.server.fault = ({ method }, handle) => {
      const answer = handle();
      if (method === 'PATCH') plane.setTask(sourceTaskId, { status: 'IN_PROGRESS' });
      return answer;
    };
    const [answer] = await consumer.example(`${world.gateway.origin}/graphql`, `vcf-sfo:${sourceTaskId}`);
    expect(answer).toEqual({ errors: [], outcome: 'ACCEPTED', before: 'FAILED', after: 'RUNNING', complaints: [] });
  }, 60_000);
});
