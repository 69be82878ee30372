import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { PlaneResponse } from '../../../src/sources/simulation/plane-server.js';
import { LiveWorld } from '../../support/live-world.js';
import { buildPlaneError } from '../../support/plane-errors.js';

let world: LiveWorld;
beforeEach(async () => {
  world = await LiveWorld.start();
});
afterEach(() => world.close());

const list = `query ($name: String!) { tasks(maxAgeMs: 0, filter: { sourceNames: [$name] }) {
  nodes { id status warnings { __typename } }
  sources { __typename problem { kind message httpStatus referenceToken } }
} }`;
const one = 'query ($id: ID!) { task(id: $id, maxAgeMs: 0) { id status warnings { __typename } } }';
const taskChanged = 'subscription ($id: ID!) { taskChanged(id: $id) { kind task { status } } }';
const tasksChanged = 'subscription { tasksChanged { kind task { id } } }';

const page = (status: number): PlaneResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8', server: 'proxy' },
  body: '<!doctype html><title>One moment</title><p>Turn on JavaScript.</p>',
});

/** An unfinished task of a plane that is watched, known and listed. */
async function watchOne(name: 'catalog' | 'astra' | 'vcf') {
  const sourceTaskId = {
    catalog: () => world.catalog.addTask({ status: 'running' }),
    astra: () => world.astra.addTask(),
    vcf: () => world.vcf.addTask({ status: 'IN_PROGRESS' }),
  }[name]();
  if (name === 'catalog') await track(sourceTaskId);
  const id = `${name}:${sourceTaskId}`;
  await world.graphql(list, { name });
  const [single, all] = [await world.watch(taskChanged, { id }), await world.watch(tasksChanged)];
  await world.polling(3);
  expect(await single.next()).toMatchObject({ kind: 'CURRENT', task: { status: 'RUNNING' } });
  return { id, single, all };
}

describe.each(['catalog', 'astra', 'vcf'] as const)('a page of a proxy in front of %s', (name) => {
  test.each([400, 401, 403, 404])('with status %d makes its data stale, and no running task gone', async (status) => {
    const { id, single, all } = await watchOne(name);
    const plane = world[name];
    const seen = all.all.length;
    plane.server.fault = () => page(status);
    for (let poll = 0; poll < 3; poll++) await world.advance(60_000);
    const { tasks } = await world.graphql(list, { name });
    expect(tasks.sources).toMatchObject([{ __typename: 'TaskSourceStale', problem: { kind: 'HTTP_STATUS', httpStatus: status } }]);
    expect(tasks.sources[0].problem.message).toMatch(/^Something in front of the plane, such as a proxy/);
    const stale = { id, status: 'RUNNING', warnings: [{ __typename: 'StaleDataWarning' }] };
    expect(tasks.nodes).toContainEqual(stale);
    expect((await world.graphql(one, { id })).task).toEqual(stale);

    plane.server.fault = null;
    await world.advance(60_000);
    expect((await world.graphql(list, { name })).tasks.sources).toMatchObject([{ __typename: 'TaskSourceAnswered', problem: null }]);
    expect([single.isOver, single.unread, all.all.length - seen]).toEqual([false, 0, 0]);
    await Promise.all([single.leave(), all.leave()]);
  });
});

describe.each([
  ['catalog', '/service-account-token', '/catalog_tasks/', 'unauthorized'],
  ['vcf', '/v1/tokens', '/tasks', 'IDENTITY_UNAUTHORIZED_ENTITY'],
] as const)('an account of %s without a role', (name, loginPath, tasksPath, code) => {
  const refusal = { status: 401, body: buildPlaneError(name, 401, { errorCode: code, referenceToken: 'N0R0LE', request_id: 'N0R0LE' }) };
  const logIns = (): number => world[name].server.calls.filter(({ path }) => path === loginPath).length;

  beforeEach(async () => {
    if (name === 'catalog') await track(world.catalog.addTask({ status: 'running' }));
    world[name].server.calls.length = 0;
    world[name].server.fault = ({ path }, handle) => (path.includes(tasksPath) ? refusal : handle());
  });

  test('is told that it may lack one, with the code and the reference of the plane, and logs in five times in 15 minutes', async () => {
    const times: number[] = [];
    // Of an account whose calls succeeded before, it takes half a minute to know that none does any more.
    const atFirst = expect.stringMatching(new RegExp(` role\\b.* Its code is ${code}\\.$`));
    const later = `The log-in works, but the plane refuses every call with it: the account may lack a role, the token may be meant for another audience, or a clock may be wrong. Its code is ${code}.`;
    for (let passed = 0; passed < 1_800; passed += 5) {
      const before = logIns();
      const { tasks } = await world.graphql(list, { name });
      expect(tasks).toEqual({
        nodes: [],
        sources: [
          {
            __typename: 'TaskSourceUnavailable',
            problem: {
              kind: 'UNAUTHENTICATED',
              message: passed < 30 ? atFirst : later,
              httpStatus: 401,
              referenceToken: 'N0R0LE',
            },
          },
        ],
      });
      if (logIns() > before) times.push(passed);
      world.scheduler.now += 5_000;
    }
    expect(times.slice(0, 5)).toEqual([0, 30, 90, 210, 435]);
    for (const time of times) expect(times.filter((other) => other >= time && other < time + 900).length).toBeLessThanOrEqual(5);
  });

  test('is read again some minutes after it got one, while nobody watches', async () => {
    world.gateway.start({ record: 'always' });
    await world.polling(4);
    for (let minute = 0; minute < 60; minute++) await world.advance(60_000);
    world[name].server.fault = null;
    const before = world.calls(world[name]).length;
    for (let minute = 0; minute < 15; minute++) await world.advance(60_000);
    expect(world.calls(world[name]).length).toBeGreaterThan(before);
    const { taskSource } = await world.graphql('query ($name: String!) { taskSource(name: $name) { health { status } } }', { name });
    expect(taskSource).toEqual({ health: { status: 'UP' } });
  });
});

async function track(id: string): Promise<void> {
  const mutation = 'mutation ($id: String!) { trackTask(input: { sourceName: "catalog", sourceTaskId: $id }) { errors { __typename } } }';
  expect(await world.graphql(mutation, { id })).toEqual({ trackTask: { errors: [] } });
}
