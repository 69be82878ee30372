import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const fields = `totalCount pageInfo { hasNextPage endCursor } sources { source { name } taskCount }
  nodes { key kind code message remediation count firstSeenAt lastSeenAt tasks(first: 200) { totalCount nodes { id status finishedAt source { kind } } } }`;

async function groups(args: string): Promise<Json> {
  world.passTime(2_000);
  const { data, errors } = await world.graphql(`{ taskFailureGroups(${args}) { ${fields} } }`);
  expect(errors).toBeUndefined();
  return data.taskFailureGroups;
}

test('the groups hold every failed task once, most frequent first', async () => {
  const all = await groups('first: 200');
  const { data } = await world.graphql('{ tasks(first: 200, filter: { statuses: [FAILED, TIMED_OUT] }) { totalCount nodes { id } } }');
  const ids: readonly string[] = all.nodes.flatMap((group: Json) => group.tasks.nodes.map((task: Json) => task.id));
  expect(ids.toSorted()).toEqual(data.tasks.nodes.map((task: Json) => task.id).toSorted());
  const counts: readonly number[] = all.nodes.map((group: Json) => group.count);
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  expect(all.totalCount).toBe(all.nodes.length);
  for (const { count, kind, tasks, firstSeenAt, lastSeenAt } of all.nodes) {
    expect(tasks.totalCount).toBe(count);
    expect(tasks.nodes.every((task: Json) => task.source.kind === kind)).toBe(true);
    const times: readonly string[] = tasks.nodes.flatMap((task: Json) => task.finishedAt ?? []);
    expect(times).toEqual(times.toSorted().toReversed());
    expect([firstSeenAt, lastSeenAt]).toEqual([times.at(-1) ?? null, times[0] ?? null]);
  }
});

test('the key of a group, as a filter, gives its tasks', async () => {
  for (const { key, tasks } of (await groups('first: 200')).nodes) {
    const query =
      'query ($key: String!) { tasks(filter: { failureKeys: [$key] }, first: 200, orderBy: { field: FINISHED_AT }) { nodes { id } } }';
    const { data } = await world.graphql(query, { key });
    expect(data.tasks.nodes).toEqual(tasks.nodes.map(({ id }: Json) => ({ id })));
  }
});

test('a code joins tasks of both sites, and what differs in messages without a code does not part them', async () => {
  for (const name of ['vcf-sfo', 'vcf-lax'] as const) {
    world.planes[name].addTask({ status: 'FAILED', errors: [{ errorCode: 'SAME', message: `On ${name}.`, remediationMessage: 'Wait.' }] });
    world.planes[name].addTask({ status: 'FAILED', errors: [{ message: `Host 10.0.0.${name.length} has ${name.length} faults` }] });
    world.planes[name].addTask({ status: 'SUCCESSFUL', errors: [{ errorCode: 'SAME', message: 'Not failed.' }] });
  }
  const all = await groups('first: 200, filter: { kinds: [VCF] }');
  expect(all.nodes.find((group: Json) => group.code === 'SAME')).toMatchObject({ kind: 'VCF', count: 2, remediation: 'Wait.' });
  expect(all.nodes.filter((group: Json) => group.message.startsWith('Host '))).toMatchObject([{ code: null, count: expect.any(Number) }]);
  expect(all.sources.map((one: Json) => one.source.name)).toEqual(['vcf-sfo', 'vcf-lax']);
});

const answer = (reason: object): string => `Order build-platform ended, reason [${JSON.stringify(reason)}]`;
const stack = 'example.StepFailed: no\\n\\tat example.Step.run(Step.java:41)\\n';

test.each<readonly [string, string, string]>([
  [
    'JSON',
    answer({ messageId: 'PLATCERT900', message: 'The appliance cannot be reached over TLS', eventId: 'e1', exceptionStackTrace: stack }),
    answer({ messageId: 'PLATSYS100', message: 'A group of collectors cannot be made', eventId: 'e2', exceptionStackTrace: stack }),
  ],
  ['JSON with nothing but an error', 'Request failed: {"error":"invalid_license"}', 'Request failed: {"error":"quota_exceeded"}'],
  ['dictionaries of Python', "Request failed: {'code': 'NO_SPACE', 'retry': True}", "Request failed: {'code': 'NO_ROUTE', 'retry': True}"],
  ['quoted names of steps', 'Workflow "ValidateDns" of 10.0.0.1 failed', 'Workflow "DeployEdge" of 10.0.0.1 failed'],
])('different causes in %s are different groups with messages that can be read', async (_, one, other) => {
  const ids = [one, one.replace(/e1|10\.0\.0\.1/, '10.0.0.2'), other].map((message) =>
    world.planes['vcf-sfo'].addTask({
      status: 'FAILED',
      errors: [],
      subTasks: [{ name: 'Wait', status: 'FAILED', errors: [{ message }] }],
    }),
  );
  const taskIds = ids.map((id) => `vcf-sfo:${id}`);
  const found = (await groups(`first: 9, filter: { ids: ${JSON.stringify(taskIds)} }`)).nodes;
  expect(found.map(({ count }: Json) => count)).toEqual([2, 1]);
  const { data } = await world.graphql('query ($ids: [ID!]) { tasks(filter: { ids: $ids }) { nodes { rootCause { message } } } }', {
    ids: taskIds,
  });
  const messages: readonly string[] = [
    ...found.map(({ message }: Json) => message),
    ...data.tasks.nodes.map((task: Json) => task.rootCause.message),
  ];
  for (const message of messages) expect(message).not.toMatch(/[{}[\]]|StackTrace|eventId/);
});

test('a key of an earlier version of the rules matches no task', async () => {
  const [{ key }] = (await groups('first: 1')).nodes;
  const query = 'query ($keys: [String!]) { tasks(filter: { failureKeys: $keys }) { totalCount } }';
  const { data } = await world.graphql(query, { keys: [key.replace(/^2-/, '1-')] });
  expect(data.tasks.totalCount).toBe(0);
});

test('pages of groups are the whole list', async () => {
  const all = await groups('first: 200');
  const seen: string[] = [];
  let after = '';
  for (let page = 0; page < 20 && seen.length < all.totalCount; page++) {
    const next = await groups(`first: 4${after === '' ? '' : `, after: "${after}"`}`);
    seen.push(...next.nodes.map((group: Json) => group.key));
    after = next.pageInfo.endCursor;
    expect(next.pageInfo.hasNextPage).toBe(seen.length < all.totalCount);
  }
  expect(seen).toEqual(all.nodes.map((group: Json) => group.key));
  expect(all.totalCount).toBeGreaterThan(4);
});
