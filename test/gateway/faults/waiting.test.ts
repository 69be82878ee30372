import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { bearer } from '../../support/callers.js';
import { Deadlines } from '../../support/doubles/deadlines.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { type GraphQLAnswer, type Json, post } from '../../support/post.js';
import { waitUntil } from '../../support/wait-until.js';
import type { WorldOptions } from '../../support/world.js';
import { allSources, FailingWorld, failingSources } from './failing-world.js';

const waitMs = 500;
/** That of the faulty plane alone. */
const timeoutMs = 7_779;
const configuration = { reads: { waitMs } };

let scheduler: ManualScheduler;
let deadlines: Deadlines;
let scenario: FailingWorld;
beforeEach(() => {
  scheduler = new ManualScheduler();
  deadlines = new Deadlines();
});
afterEach(async () => {
  await scenario.close();
  deadlines.giveBack();
});

async function start(faulty: (typeof failingSources)[number], options: WorldOptions = {}): Promise<void> {
  scenario = await FailingWorld.start(faulty, { timeoutMs, ...options.sources?.[faulty] }, { configuration, ...options, scheduler });
}

/** Comes to its end when the wait for the faulty plane is over: one wait, of one source, is all there is. */
async function afterWait<T>(begin: () => Promise<T>): Promise<T> {
  let isOver = false;
  const result = begin().finally(() => (isOver = true));
  const isWaiting = (): boolean => scheduler.waits.filter((ms) => ms === waitMs).length === 1;
  await waitUntil(() => isWaiting() || isOver, 'that a list waits for the faulty plane alone');
  if (isOver) throw new Error('It did not wait.');
  scheduler.advance(waitMs);
  return result;
}

const afterDeadline = <T>(begin: () => Promise<T>): Promise<T> => deadlines.endAfterOne(timeoutMs, () => true, begin);

const overdue = { kind: 'TIMEOUT', message: 'The plane has not answered yet. The list did not wait any longer; the read goes on.' };
const everything = `{
  tasks(first: 200) {
    totalCount
    countsByStatus { status count }
    nodes {
      id raw parent { id } subtasks { totalCount } retry { isAllowed }
      resources { id tasks(first: 1) { totalCount sources { __typename } } }
    }
    sources { __typename taskCount problem { kind message } source { name health { status } } }
  }
  taskFailureGroups { nodes { count tasks(first: 1) { nodes { id } } } sources { __typename source { name } } }
}`;

describe.each(failingSources)('%s that is silent', (faulty) => {
  test('is waited for once by all of an operation: lists, groups, and what belongs to the tasks', async () => {
    await start(faulty);
    const before = await scenario.world.graphql(everything);
    expect(before.errors).toBeUndefined();
    scenario.fall(() => 'silence');
    scenario.world.forgetCalls();
    scenario.world.passTime(1_500);
    let isOver = false;
    const pending = scenario.world.graphql(everything).finally(() => (isOver = true));
    // Two lists of the operation wait for the plane, at the same time.
    await waitUntil(() => scheduler.waits.filter((ms) => ms === waitMs).length === 2 || isOver, 'that two lists wait');
    expect(isOver).toBe(false);
    scheduler.advance(waitMs);
    const { data, errors } = await pending;
    expect(errors).toBeUndefined();
    expect(data.tasks.totalCount).toBe(before.data.tasks.totalCount);
    expect(data.tasks.countsByStatus).toEqual(before.data.tasks.countsByStatus);
    // Nothing has failed, so the same actions are allowed as before.
    const withResourceIds = ({ resources, ...task }: Json): Json => ({ ...task, resources: resources.map(({ id }: Json) => id) });
    expect(data.tasks.nodes.map(withResourceIds)).toEqual(before.data.tasks.nodes.map(withResourceIds));
    const outcome = data.tasks.sources.find(({ source }: Json) => source.name === faulty);
    expect(outcome).toMatchObject({ __typename: 'TaskSourceStale', problem: overdue });
    expect(data.taskFailureGroups.sources.map(({ __typename }: Json) => __typename).toSorted()).toEqual([
      'TaskSourceAnswered',
      'TaskSourceAnswered',
      'TaskSourceAnswered',
      'TaskSourceStale',
    ]);
    const calls = scenario.world.calls(faulty).map(({ path }) => path);
    expect(new Set(calls).size).toBe(calls.length);
  });

  test('goes on being read: the next list joins the read, and its answer is in the cache', async () => {
    await start(faulty);
    const before = await scenario.list();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    scenario.fall(async (_call, handle) => {
      await released;
      return handle();
    });
    scenario.world.forgetCalls();
    expect((await afterWait(() => scenario.list())).outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceStale' });
    const joining = scenario.list();
    await waitUntil(() => scheduler.waits.includes(waitMs), 'that the next list waits');
    const calls = scenario.world.calls(faulty).length;
    release();
    expect((await joining).outcomes[faulty]).toMatchObject({
      __typename: 'TaskSourceAnswered',
      taskCount: before.outcomes[faulty]?.taskCount,
    });
    scenario.world.passTime(-1_500);
    expect((await scenario.list()).outcomes[faulty].__typename).toBe('TaskSourceAnswered');
    // Of a list of several calls, the later ones are sent when the earlier ones have been answered.
    const paths = scenario.world.calls(faulty).map(({ path, query }) => `${path}?${query}`);
    expect(calls).toBeGreaterThan(0);
    expect(new Set(paths).size).toBe(paths.length);
    expect(scheduler.waits.includes(waitMs)).toBe(false);
  });
});

test('a read that nobody waits for ends at the deadline, and three in a row open the circuit', async () => {
  await start('astra-demo');
  await scenario.list();
  scenario.fall(() => 'silence');
  const circuits: string[] = [];
  for (let read = 1; read <= 3; read += 1) {
    await afterWait(() => scenario.list());
    deadlines.pass(timeoutMs);
    const health = '{ taskSource(name: "astra-demo") { health { status circuit problem { kind } } } }';
    let latest: Json = null;
    const isDown = async (): Promise<boolean> => {
      latest = (await scenario.world.graphql(health)).data.taskSource.health;
      return latest.status === 'DOWN' && (read < 3 || latest.circuit === 'OPEN');
    };
    while (!(await isDown()));
    circuits.push(latest.circuit);
    expect(latest.problem).toEqual({ kind: 'TIMEOUT' });
    // The next read must begin after this one has failed.
    scenario.world.passTime(1);
  }
  expect(circuits).toEqual(['CLOSED', 'CLOSED', 'OPEN']);
  scenario.world.forgetCalls();
  // It needs no wait.
  expect((await scenario.list()).outcomes['astra-demo']).toMatchObject({
    __typename: 'TaskSourceStale',
    problem: { kind: 'CIRCUIT_OPEN' },
  });
  expect(scenario.world.calls('astra-demo')).toEqual([]);
});

test('every caller with a token of their own waits for their own read, and finds its answer in their own cache', async () => {
  const read = [{ actions: ['read'], sources: ['*'] }] as const;
  await start('astra-demo', {
    callers: { alice: read, bob: read },
    sources: { 'astra-demo': { credentials: { mode: 'passthrough' } } },
  });
  const token = scenario.world.planes['astra-demo'].settings.credentials.token;
  const list = (caller: string, maxAgeMs = 1_000): Promise<GraphQLAnswer> => {
    scenario.world.passTime(1_500);
    const query = `{ tasks(first: 1, maxAgeMs: ${maxAgeMs}) { sources { __typename taskCount source { name } } } }`;
    return post(`${scenario.world.gateway.origin}/graphql`, { query }, { ...bearer(caller), 'x-source-token-astra-demo': token });
  };
  const outcome = ({ data }: GraphQLAnswer): string =>
    data.tasks.sources.find(({ source }: Json) => source.name === 'astra-demo').__typename;

  expect(outcome(await list('alice'))).toBe('TaskSourceAnswered');
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  scenario.fall(async (_call, handle) => {
    await released;
    return handle();
  });
  expect(outcome(await afterWait(() => list('alice')))).toBe('TaskSourceStale');
  // Nothing is known for Bob: his first list waits, and his second does not.
  const first = list('bob');
  const isOneLeft = (): boolean => scenario.world.calls('astra-demo').length === 3 && !scheduler.waits.includes(waitMs);
  await waitUntil(isOneLeft, 'that Bob waits for his own read alone');
  expect(outcome(await afterWait(() => list('bob')))).toBe('TaskSourceUnavailable');
  release();
  expect(outcome(await first)).toBe('TaskSourceAnswered');
  scenario.world.passTime(-1_500);
  for (const caller of ['alice', 'bob']) expect(outcome(await list(caller, 60_000))).toBe('TaskSourceAnswered');
  expect(scenario.world.calls('astra-demo')).toHaveLength(3);
});

test('the first list of a source waits for it, whichever of its operation it is; a source that is known to fail is not waited for so long', async () => {
  await start('vcf-sfo');
  scenario.fallWholly(() => 'silence');
  const { outcomes } = await afterDeadline(() => scenario.list());
  expect(Object.keys(outcomes)).toEqual(allSources);
  expect(outcomes['vcf-sfo']).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'TIMEOUT' } });
  expect((await afterWait(() => scenario.list())).outcomes['vcf-sfo']).toMatchObject({
    __typename: 'TaskSourceUnavailable',
    problem: overdue,
  });

  await scenario.close();
  await start('vcf-sfo');
  scenario.fallWholly(() => 'hang-up');
  const single = '{ tasks(first: 0, filter: { sourceNames: ["vcf-sfo"] }) { sources { problem { kind } } } }';
  expect((await scenario.ask(single)).data.tasks.sources).toEqual([{ problem: { kind: 'UNREACHABLE' } }]);
  scenario.fallWholly(() => 'silence');
  expect((await afterWait(() => scenario.list())).outcomes['vcf-sfo']).toMatchObject({
    __typename: 'TaskSourceUnavailable',
    problem: overdue,
  });
});
