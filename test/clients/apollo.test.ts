import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { NetworkProxy } from '../client/network-proxy.js';
import { OnePlane } from '../client/single-plane.js';
import { describeWith } from '../support/describe-with-tool.js';
import { firstExample } from '../support/documents.js';
import { testTool } from '../tools/test-tool.js';
import { Consumer } from './consumer.js';

let world: OnePlane;
let proxy: NetworkProxy;
let consumer: Consumer;

describeWith(testTool('@apollo/client'))('The code of docs/apollo-client.md', () => {
  beforeAll(async () => {
    world = await OnePlane.start();
    proxy = await NetworkProxy.start(await world.gateway());
    consumer = new Consumer('apollo');
    writeFileSync(join(consumer.folder, 'page.ts'), firstExample('docs/apollo-client.md', 'ts'));
  });
  afterAll(async () => {
    consumer.remove();
    await proxy.close();
    await world.close();
  });

  test('keeps the pages of a list as the gateway has them: rows come, change, move and go, also after a restart', async () => {
    const { plane } = world;
    const [apply, delta] = ['Apply a bundle', 'Delete a host'].map((name) => plane.addTask({ name, status: 'IN_PROGRESS' }));
    plane.addTask({ name: 'Expand a cluster', status: 'IN_PROGRESS' });
    const states: { readonly rows: readonly string[]; readonly totalCount: number; readonly hasNextPage: boolean }[] = [];
    const shows = async (...rows: readonly string[]): Promise<void> =>
      consumer.printed((line) => {
        states.push(line as (typeof states)[number]);
        return JSON.stringify(states.at(-1)?.rows) === JSON.stringify(rows);
      });
    await consumer.start(proxy.url);
    const three = ['Apply a bundle RUNNING', 'Delete a host RUNNING', 'Expand a cluster RUNNING'] as const;
    await shows(three[0], three[1]);
    expect(states.at(-1)).toMatchObject({ totalCount: 3, hasNextPage: true });
    await shows(...three);
    const backUp = plane.addTask({ name: 'Back up a manager', status: 'PENDING' });
    await shows(three[0], 'Back up a manager PENDING', three[1], three[2]);
    plane.setTask(backUp, { status: 'IN_PROGRESS' });
    await shows(three[0], 'Back up a manager RUNNING', three[1], three[2]);
    plane.setTask(apply ?? '', { status: 'SUCCESSFUL' });
    await shows('Back up a manager RUNNING', three[1], three[2]);
    expect(states.at(-1)?.totalCount).toBe(3);
    await world.stopGateways();
    proxy.cut();
    plane.removeTask(delta ?? '');
    proxy.join(await world.gateway());
    await shows('Back up a manager RUNNING', three[2]);
    plane.addTask({ name: 'Zero the disks', status: 'IN_PROGRESS' });
    await shows('Back up a manager RUNNING', three[2], 'Zero the disks RUNNING');
  }, 60_000);
});
