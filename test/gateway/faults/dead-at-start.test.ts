import { expect, test } from '@jest/globals';

import { PlaneServer } from '../../../src/sources/simulation/plane-server.js';
import type { Json } from '../../support/post.js';
import { type PlaneName, World } from '../../support/world.js';
import { expectNoLeak } from './canaries.js';
import { allSources, FailingWorld, failingSources } from './failing-world.js';

const operation = `{ tasks(first: 0) { totalCount sources { __typename taskCount source { name health { status } } problem { kind httpStatus message } } } }`;

/** A port that nobody listens on. */
async function deadUrl(): Promise<string> {
  const server = await PlaneServer.start(() => ({ status: 200 }));
  const { url } = server;
  await server.close();
  return url;
}

test.each(failingSources)('the gateway starts and answers while %s refuses connections', async (faulty) => {
  const world = await World.start({ sources: { [faulty]: { url: await deadUrl() } } });
  try {
    const answer = await world.graphql(operation);
    expectNoLeak(answer);
    expect(answer.errors).toBeUndefined();
    const { sources, totalCount } = answer.data.tasks;
    expect(sources.map((outcome: Json) => outcome.source.name)).toEqual(allSources);
    expect(totalCount).toBeGreaterThan(70);
    for (const outcome of sources) {
      if (outcome.source.name === faulty) {
        expect(outcome).toEqual({
          __typename: 'TaskSourceUnavailable',
          taskCount: 0,
          source: { name: faulty, health: { status: 'DOWN' } },
          problem: { kind: 'UNREACHABLE', httpStatus: null, message: 'The plane refused the connection.' },
        });
      } else expect(outcome).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
    }
  } finally {
    await world.close();
  }
});

test('with every plane dead it answers, is alive and is ready', async () => {
  const url = await deadUrl();
  const sources = Object.fromEntries(allSources.map((name) => [name, { url }])) as Record<PlaneName, { url: string }>;
  const world = await World.start({ sources });
  try {
    const { data, errors } = await world.graphql(operation);
    expect(errors).toBeUndefined();
    expect(data.tasks.totalCount).toBe(0);
    expect(data.tasks.sources.map((outcome: Json) => outcome.__typename)).toEqual(Array(4).fill('TaskSourceUnavailable'));
    for (const path of ['/livez', '/readyz']) expect((await fetch(`${world.gateway.origin}${path}`)).status).toBe(200);
  } finally {
    await world.close();
  }
});

test.each(failingSources)('a plane that comes up after the start of the gateway is there with the next read: %s', async (faulty) => {
  const scenario = await FailingWorld.start(faulty);
  try {
    scenario.fallWholly(() => 'hang-up');
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({
      __typename: 'TaskSourceUnavailable',
      problem: { kind: 'UNREACHABLE' },
    });
    scenario.fallWholly(null);
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
  } finally {
    await scenario.close();
  }
});
