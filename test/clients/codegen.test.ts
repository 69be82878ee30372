import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { World } from '../support/world.js';
import { testTool } from '../tools/test-tool.js';
import { Consumer } from './consumer.js';

let world: World;
let consumer: Consumer;

describeWith(testTool('@graphql-codegen/cli'))('A client with graphql-codegen', () => {
  beforeAll(async () => {
    world = await World.start();
    consumer = new Consumer('codegen');
  });
  afterAll(async () => {
    consumer.remove();
    await world.close();
  });

  test('graphql-codegen generates types of the schema and of every example operation that fit the responses', async () => {
    await consumer.program('@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.yml');
    const tasks = await consumer.example(`${world.gateway.origin}/graphql`);
    expect(tasks).toContainEqual({ type: 'VcfTask', name: expect.any(String), resolution: 'UNRESOLVED' });
    expect(tasks).toContainEqual({ type: 'AstraTask', name: expect.any(String), resolution: null });
  }, 60_000);
});
