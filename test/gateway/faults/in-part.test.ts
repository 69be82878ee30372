import { afterEach, describe, expect, test } from '@jest/globals';

import { isJsonObject } from '../../../src/model/scalars.js';
import type { PlaneResponse } from '../../../src/sources/simulation/plane-server.js';
import type { Json } from '../../support/post.js';
import { FailingWorld, tasksOf } from './failing-world.js';
import { buildPlaneError } from '../../support/plane-errors.js';

let scenario: FailingWorld;
afterEach(() => scenario.close());

const garbage: readonly unknown[] = [null, 42, 'text', [], {}, { id: 7 }, { id: '../../admin' }, { id: '' }, { id: { $ne: null } }];

/** The same answer with garbage in front of, between and behind the good items. */
function withGarbage(answer: PlaneResponse, member: string): PlaneResponse {
  const { body } = answer;
  if (!isJsonObject(body) || !Array.isArray(body[member])) return answer;
  const items: readonly unknown[] = body[member];
  return { ...answer, body: { ...body, [member]: [...garbage, items[0], ...garbage, ...items.slice(1), ...garbage] } };
}

describe('malformed items between valid ones', () => {
  test.each([
    { faulty: 'astra-demo', member: 'items', path: /\/tasks$/ },
    { faulty: 'vcf-sfo', member: 'elements', path: /^\/v1\/tasks$/ },
  ] as const)('are counted and cost no other task of $faulty', async ({ faulty, member, path }) => {
    scenario = await FailingWorld.start(faulty);
    const before = await scenario.list();
    scenario.fall((call, handle) => (path.test(call.path) ? withGarbage(handle(), member) : handle()));
    const after = await scenario.list();
    expect(after.answer.errors).toBeUndefined();
    expect(after.outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered', malformedCount: 3 * garbage.length });
    expect(after.tasks.nodes.map(({ id }: Json) => id)).toEqual(before.tasks.nodes.map(({ id }: Json) => id));
  });

  test('are read by id before they are reported as absent', async () => {
    scenario = await FailingWorld.start('astra-demo');
    const plane = scenario.world.planes['astra-demo'];
    const id = plane.addTask({ summary: 'only by id' });
    scenario.fall((call, handle) => {
      const answer = handle();
      if (!call.path.endsWith('/tasks') || !isJsonObject(answer.body) || !Array.isArray(answer.body['items'])) return answer;
      const items: readonly unknown[] = answer.body['items'];
      return { ...answer, body: { items: items.map((item) => (isJsonObject(item) && item['id'] === id ? 'garbage' : item)) } };
    });
    const { data, errors } = await scenario.ask(
      `query ($ids: [ID!]!) { tasks(first: 0) { totalCount } nodes(ids: $ids) { ... on Task { name } } }`,
      { ids: [`astra-demo:${id}`, `astra-demo:${id}`, `astra-demo:00000000-0000-4000-8000-00000000abcd`] },
    );
    expect(errors).toBeUndefined();
    expect(data.nodes).toEqual([{ name: 'only by id' }, { name: 'only by id' }, null]);
  });

  test('of a catalog do not affect the others, and a cached task stays', async () => {
    scenario = await FailingWorld.start('catalog-demo');
    const before = await scenario.list();
    const [open] = tasksOf('catalog-demo', (await scenario.list({ isFinished: false })).tasks);
    const sourceTaskId = String(open.id).slice('catalog-demo:'.length);
    scenario.fall((call, handle) => (call.path.endsWith(sourceTaskId) ? { status: 200, body: { id: 17 } } : handle()));
    const after = await scenario.list();
    expect(after.answer.errors).toBeUndefined();
    expect(after.outcomes['catalog-demo']).toMatchObject({ __typename: 'TaskSourceAnswered', malformedCount: 1 });
    expect(after.tasks.totalCount).toBe(before.tasks.totalCount);
  });
});

test.each([
  { name: 'fails', answer: { status: 500, body: { referenceToken: 'REF-9' } }, kind: 'HTTP_STATUS' },
  { name: 'is forbidden', answer: { status: 403, body: buildPlaneError('vcf', 403) }, kind: 'FORBIDDEN' },
  { name: 'sends HTML', answer: { status: 200, body: '<html></html>' }, kind: 'MALFORMED_RESPONSE' },
  { name: 'hangs up', answer: 'hang-up', kind: 'UNREACHABLE' },
] as const)('a VCF whose credentials list alone $name has answered in part and is degraded', async ({ answer, kind }) => {
  scenario = await FailingWorld.start('vcf-sfo');
  const before = await scenario.list();
  scenario.fall((call, handle) => (call.path === '/v1/credentials/tasks' ? answer : handle()));
  const after = await scenario.list();
  expect(after.answer.errors).toBeUndefined();
  expect(after.outcomes['vcf-sfo']).toMatchObject({ __typename: 'TaskSourceAnswered', isComplete: false, problem: { kind } });
  expect(after.tasks.nodes.map(({ id }: Json) => id)).toEqual(before.tasks.nodes.map(({ id }: Json) => id));
  expect(await scenario.health()).toMatchObject({ status: 'DEGRADED', problem: { kind } });
  scenario.fall(null);
  expect((await scenario.list()).outcomes['vcf-sfo']).toMatchObject({ __typename: 'TaskSourceAnswered', isComplete: true, problem: null });
  expect(await scenario.health()).toEqual({ status: 'UP', problem: null });
});

test.each([
  { status: 401, body: buildPlaneError('vcf', 401) },
  { status: 403, body: buildPlaneError('vcf', 403, { errorCode: 'UNAUTHORIZED' }) },
])('a VCF whose credentials list alone refuses the token, with $status, answers in part for 15 minutes', async (refusal) => {
  scenario = await FailingWorld.start('vcf-sfo');
  const ask = async (): Promise<Json> =>
    (
      await scenario.ask(
        `{ tasks(first: 1, filter: { sourceNames: ["vcf-sfo"] }) {
          totalCount sources { __typename source { health { status } } problem { kind } ... on TaskSourceAnswered { isComplete } } } }`,
      )
    ).data.tasks;
  const { totalCount } = await ask();
  scenario.fall((call, handle) => (call.path === '/v1/credentials/tasks' ? refusal : handle()));
  const expected = {
    totalCount,
    sources: [
      {
        __typename: 'TaskSourceAnswered',
        isComplete: false,
        problem: { kind: 'UNAUTHENTICATED' },
        source: { health: { status: 'DEGRADED' } },
      },
    ],
  };
  const logInTimes: number[] = [];
  const { server } = scenario.world.planes['vcf-sfo'];
  server.calls.length = 0;
  for (let passedS = 0; passedS < 15 * 60; passedS += 15) {
    scenario.world.passTime(13_500);
    expect([passedS, await ask()]).toEqual([passedS, expected]);
    logInTimes.push(...server.calls.filter(({ path }) => path === '/v1/tokens').map(() => passedS));
    server.calls.length = 0;
  }
  // One log-in shows that the route refuses new tokens, too.
  expect(logInTimes).toHaveLength(1);
});

test('a VCF without a credentials list has none, and is complete', async () => {
  scenario = await FailingWorld.start('vcf-sfo');
  scenario.world.planes['vcf-sfo'].credentialsAvailable = false;
  expect((await scenario.list()).outcomes['vcf-sfo']).toMatchObject({ __typename: 'TaskSourceAnswered', isComplete: true, problem: null });
});

test('a VCF with a failed page keeps the tasks of that page, marked as stale', async () => {
  scenario = await FailingWorld.start('vcf-sfo');
  scenario.world.planes['vcf-sfo'].fill(250);
  const fields = 'sources { source { name } ... on TaskSourceAnswered { isComplete } } nodes { changedAt warnings { __typename } }';
  const list = async (): Promise<Json> =>
    (await scenario.ask(`{ tasks(filter: { sourceNames: ["vcf-sfo"] }, last: 200) { totalCount ${fields} } }`, {})).data.tasks;
  const before = await list();
  scenario.fall((call, handle) => (call.query.get('pageNumber') === '1' ? { status: 500 } : handle()));
  const during = await list();
  expect(during).toMatchObject({ totalCount: before.totalCount, sources: [{ isComplete: false }] });
  const stale = during.nodes.filter(({ warnings }: Json) => warnings.some((one: Json) => one.__typename === 'StaleDataWarning'));
  expect(stale.length).toBeGreaterThan(0);
  expect(stale.length).toBeLessThan(during.nodes.length);
  scenario.fall(null);
  expect((await list()).nodes.map(({ changedAt }: Json) => changedAt)).toEqual(before.nodes.map(({ changedAt }: Json) => changedAt));
});
