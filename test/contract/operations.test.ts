import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import type { Json } from '../support/post.js';
import { World } from '../support/world.js';
import { readStream } from '../server/subscriptions/read-stream.js';

const folder = 'schema/operations';
const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
const schema = buildSchema(sourceModules);

/** The ids in the variables exist with every seed. */
const seeds = [1, 7];

const worlds = new Map<number, World>();
beforeAll(async () => {
  for (const seed of seeds) worlds.set(seed, await World.start({ seed }));
});
afterAll(async () => {
  await Promise.all([...worlds.values()].map((world) => world.close()));
});

async function run(file: string, seed: number): Promise<Json> {
  const world = worlds.get(seed);
  if (world === undefined) throw new Error('There is no world with this seed.');

  const variablesFile = `${folder}/${file.replace('.graphql', '.variables.json')}`;
  const variables: Record<string, unknown> = existsSync(variablesFile) ? JSON.parse(readFileSync(variablesFile, 'utf8')) : {};
  const query = readFileSync(`${folder}/${file}`, 'utf8');
  if (/^subscription /m.test(query)) return readFirstEvent(new URL(world.gateway.origin).host, query, variables);
  const { status, data, errors } = await world.graphql(query, variables);
  expect({ status, errors }).toEqual({ status: 200, errors: undefined });
  return data;
}

/** The first event; null when the stream has none until something changes. */
async function readFirstEvent(host: string, query: string, variables: Record<string, unknown>): Promise<Json> {
  const stream = await readStream(host, { body: { query, variables } });
  try {
    expect([stream.response.statusCode, stream.response.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    return query.includes('taskChanged(') ? (await stream.nextData()).data : null;
  } finally {
    stream.response.destroy();
  }
}

test.each(files)('%s is valid against the served schema.', (file) => {
  expect(validate(schema, parse(readFileSync(`${folder}/${file}`, 'utf8')))).toEqual([]);
});

/** The checks of the result of each operation against the demo. */
const checks: Readonly<Record<string, (data: Json) => void>> = {
  'active-tasks.graphql': ({ tasks }) => {
    expect(tasks.nodes.length).toBeGreaterThan(5);
    expect(new Set(tasks.nodes.map((task: Json) => task.source.kind))).toEqual(new Set(['ASTRA', 'CATALOG', 'VCF']));
    expect(tasks.sources).toHaveLength(4);
  },
  'astra-backup-children.graphql': ({ tasks }) => {
    expect(tasks.nodes.length).toBeGreaterThan(0);
    expect(tasks.nodes[0].subtasks.nodes.length).toBeGreaterThan(0);
  },
  'cancel-tasks.graphql': ({ cancelTasks: { results } }) => {
    expect(results).toHaveLength(3);
    for (const { task, taskId } of results) expect(task.id).toBe(taskId);
    expect(results.map((result: Json) => result.outcome)).toEqual(['ACCEPTED', 'ACCEPTED', 'REJECTED']);
  },
  'credentials-tasks.graphql': ({ tasks }) => {
    expect(tasks.nodes.length).toBeGreaterThan(2);
    for (const { credentials, subtasks } of tasks.nodes) expect([credentials, subtasks.nodes[0]]).not.toContain(null);
  },
  'failed-tasks.graphql': ({ tasks }) => {
    const causes = tasks.nodes.flatMap((task: Json) => task.rootCause?.message ?? []);
    expect(causes.length).toBeGreaterThan(2);
  },
  'failures-by-cause.graphql': ({ taskFailureGroups }) => {
    expect(taskFailureGroups.nodes.length).toBeGreaterThan(2);
    for (const { tasks, message } of taskFailureGroups.nodes) {
      expect(tasks.nodes.length).toBeGreaterThan(0);
      expect(message).toMatch(/\p{L}{3}/u);
    }
  },
  'retry-task.graphql': ({ retryTask }) =>
    expect(retryTask).toMatchObject({ outcome: 'ACCEPTED', errors: [], task: { id: retryTask.taskId } }),
  'retryable-tasks.graphql': ({ tasks }) => {
    const allowed = tasks.nodes.map((task: Json) => task.retry.isAllowed);
    expect(allowed).toEqual(expect.arrayContaining([true, false]));
  },
  'search-tasks.graphql': ({ tasks }) => expect(tasks.totalCount).toBeGreaterThan(0),
  'source-health.graphql': ({ taskSources }) => expect(taskSources).toHaveLength(4),
  'task-by-plane-id.graphql': ({ taskBySourceTaskId, taskSource }) => {
    expect(taskBySourceTaskId).toMatchObject({ __typename: 'CatalogTask', name: expect.stringMatching(/\S/) });
    expect(taskSource.capabilities.list).toBe(false);
  },
  'task-list.graphql': ({ tasks }) => {
    expect(tasks.edges).toHaveLength(50);
    expect(tasks.edges.at(-1).cursor).toBe(tasks.pageInfo.endCursor);
  },
  'task-tree.graphql': ({ task }) => {
    expect(task).toMatchObject({ __typename: 'VcfTask', raw: { id: expect.any(String) } });
    expect(task.failures.length).toBeGreaterThan(0);
    expect(task.subtaskTree).toMatchObject({ isComplete: true, totalCount: task.subtaskTree.nodes.length });
    expect(Math.max(...task.subtaskTree.nodes.map(({ depth }: Json) => depth))).toBeGreaterThan(0);
    expect(task.subtaskTree.nodes.map(({ node }: Json) => node.__typename)).toEqual(expect.arrayContaining(['VcfSubtask', 'VcfStage']));
  },
  'touched-resources.graphql': ({ tasks }) => {
    expect(tasks.nodes.length).toBeGreaterThan(5);
    expect(tasks.nodes.flatMap((task: Json) => task.resources).length).toBeGreaterThan(5);
  },
  'track-task.graphql': ({ trackTask }) => expect(trackTask).toMatchObject({ errors: [], task: { name: expect.stringMatching(/\S/) } }),
  'watch-task.graphql': ({ taskChanged }) => expect(taskChanged).toMatchObject({ kind: 'CURRENT', task: { __typename: 'CatalogTask' } }),
  'watch-tasks.graphql': (data) => expect(data).toBeNull(),
  'wallboard.graphql': ({ running, failed, taskSources }) => {
    expect(running.totalCount).toBeGreaterThan(5);
    expect(failed.nodes.length).toBeGreaterThan(2);
    for (const { health } of taskSources) expect(health.status).toBe('UP');
  },
};

test('Every operation has a check.', () => {
  expect(Object.keys(checks).sort()).toEqual([...files].sort());
});

// Queries run first, because mutations change their results.
const queriesFirst = files.toSorted((one, other) => Number(isMutation(one)) - Number(isMutation(other)));

const runs = seeds.flatMap((seed) => queriesFirst.map((file) => ({ file, seed })));

test.each(runs)('$file runs on the demo with seed $seed, and its result is as described.', async ({ file, seed }) => {
  checks[file]?.(await run(file, seed));
});

test('touched-resources.graphql with the id of a resource returns the tasks that worked on it, and no others.', async () => {
  const world = worlds.get(1);
  const query = readFileSync(`${folder}/touched-resources.graphql`, 'utf8');
  const all = await world?.graphql(query, { resourceTypes: ['SDDC_MANAGER'] });
  const id = all?.data.tasks.nodes[0].resources.find((resource: Json) => resource.type === 'SDDC_MANAGER').id;
  const some = await world?.graphql(query, { resourceIds: [id] });
  expect(some?.data.tasks.totalCount).toBeGreaterThan(1);
  expect(some?.data.tasks.totalCount).toBeLessThan(all?.data.tasks.totalCount);
  for (const { resources } of some?.data.tasks.nodes ?? []) expect(resources.map((resource: Json) => resource.id)).toContain(id);
});

function isMutation(file: string): boolean {
  return /^mutation /m.test(readFileSync(`${folder}/${file}`, 'utf8'));
}
