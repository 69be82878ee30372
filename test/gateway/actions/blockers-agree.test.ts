import { afterEach, expect, test } from '@jest/globals';

import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { waitUntil } from '../../support/wait-until.js';
import { World, type WorldOptions } from '../../support/world.js';
import { act, allActions, blockerCodes } from './act.js';
import { RecordingStore } from './recording-store.js';

let world: World;
afterEach(() => world.close());

const failed = (fields: object = {}): string => `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED', ...fields })}`;

/** What the gateway says of a retry, without asking for it. */
async function blockersBefore(id: string, caller?: string): Promise<readonly string[]> {
  const query = 'query ($id: ID!) { task(id: $id) { retry { isAllowed blockers { code message } } } }';
  const { data } = await world.graphql(query, { id }, caller);
  const { isAllowed, blockers } = data.task.retry;
  expect(isAllowed).toBe(blockers.length === 0);
  for (const { message } of blockers) expect(message).toMatch(/\.$/);
  return blockers.map(({ code }: { code: string }) => code).toSorted();
}

interface Condition {
  readonly what: string;
  readonly options?: () => WorldOptions;
  /** Brings the condition about, and returns the id of the task. */
  readonly arrange: () => string | Promise<string>;
  readonly caller?: string;
  readonly codes: readonly string[];
}

let store: RecordingStore | undefined;
const recording = (): WorldOptions => ({ store: (now) => (store = new RecordingStore(now)) });

/** Every condition under which a retry is refused before anything is sent. */
const conditions: readonly Condition[] = [
  { what: 'the status does not allow it', arrange: () => failed({ status: 'SUCCESSFUL', isRetryable: true }), codes: ['WRONG_STATUS'] },
  {
    what: 'the gateway does not know the status',
    arrange: () => failed({ status: 'NEW_STATUS', isRetryable: true }),
    codes: ['WRONG_STATUS'],
  },
  { what: 'the plane refuses it for this task', arrange: () => failed({ isRetryable: false }), codes: ['REFUSED_BY_TASK'] },
  {
    what: 'it needs further input',
    arrange: () => `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask({ type: 'UPDATE' })}`,
    codes: ['NEEDS_INPUT'],
  },
  {
    what: 'the plane has no such call',
    arrange: () => `astra-demo:${world.planes['astra-demo'].addTask()}`,
    codes: ['NOT_SUPPORTED_BY_SOURCE'],
  },
  {
    what: 'the configuration makes the source read-only',
    options: () => ({ sources: { 'vcf-sfo': { actions: { retry: false } } } }),
    arrange: () => failed(),
    codes: ['DISABLED_BY_OPERATOR'],
  },
  {
    what: 'the caller lacks the right',
    options: () => ({ callers: { reader: [{ actions: ['read'], sources: ['*'] }] } }),
    arrange: () => failed(),
    caller: 'reader',
    codes: ['DENIED'],
  },
  {
    what: 'another action was sent a moment ago',
    arrange: async () => {
      const id = failed();
      await act(world, 'retryTask', { id });
      return id;
    },
    codes: ['ALREADY_IN_PROGRESS'],
  },
  {
    what: 'the plane does not answer',
    arrange: async () => {
      const id = failed();
      await blockersBefore(id);
      world.passTime(10_000);
      world.planes['vcf-sfo'].server.fault = () => 'hang-up';
      return id;
    },
    codes: ['SOURCE_UNAVAILABLE'],
  },
  {
    what: 'the circuit breaker is open, although the task is fresh',
    options: () => ({ configuration: { reads: { maxAgeMs: 3_600_000 } } }),
    arrange: async () => {
      const id = failed();
      await blockersBefore(id);
      world.planes['vcf-sfo'].server.fault = () => 'hang-up';
      for (let count = 0; count < 12; count += 1) await world.graphql('{ task(id: "vcf-sfo:other", maxAgeMs: 0) { id } }');
      return id;
    },
    codes: ['SOURCE_UNAVAILABLE'],
  },
  {
    what: 'the store cannot be written, which nothing has shown yet',
    options: recording,
    arrange: () => {
      store?.broken.add('recordIntent');
      return failed();
    },
    codes: ['LEDGER_UNAVAILABLE'],
  },
  {
    what: 'the store cannot be written, and the status does not allow it either',
    options: recording,
    arrange: () => {
      store?.broken.add('recordIntent');
      return failed({ status: 'SUCCESSFUL', isRetryable: true });
    },
    codes: ['LEDGER_UNAVAILABLE', 'WRONG_STATUS'],
  },
];

test.each(conditions)('when $what, retry.blockers and the mutation say the same', async ({ options, arrange, caller, codes }) => {
  world = await World.start(options?.());
  const id = await arrange();
  const sent = allActions(world).length;
  expect(await blockersBefore(id, caller)).toEqual(codes);
  const query =
    'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome errors { ... on TaskActionNotAllowedError { blockers { code } } } } }';
  const { data } = await world.graphql(query, { id }, caller);
  expect(data.retryTask.outcome).toBe('REJECTED');
  expect(blockerCodes(data.retryTask).toSorted()).toEqual(codes);
  expect(allActions(world)).toHaveLength(sent);
});

test('when nothing stands against it, there is no blocker and the mutation is accepted', async () => {
  world = await World.start();
  const id = failed();
  expect(await blockersBefore(id)).toEqual([]);
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('when the actions of a minute are used up, the blocker is RATE_LIMITED, the error code of the mutation', async () => {
  world = await World.start({ configuration: { limits: { actionsPerMinute: 1 } } });
  await act(world, 'retryTask', { id: failed() });
  const id = failed();
  expect(await blockersBefore(id)).toEqual(['RATE_LIMITED']);
  const { errors } = await world.graphql('mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome } }', { id });
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  world.passTime(60_000);
  expect(await blockersBefore(id)).toEqual([]);
});

test('one write tells for all tasks of a page whether the store is available, and for the queries of five seconds', async () => {
  let probes = 0;
  class CountingStore extends RecordingStore {
    override probe(): Promise<void> {
      probes += 1;
      return super.probe();
    }
  }
  world = await World.start({ store: (now) => (store = new CountingStore(now)) });
  const id = failed();
  const page = '{ tasks(first: 200) { nodes { retry { isAllowed } cancel { isAllowed } } } }';
  for (let times = 0; times < 3; times += 1) await world.graphql(page);
  expect(probes).toBe(1);
  world.passTime(5_000);
  store?.broken.add('recordIntent');
  const { data } = await world.graphql('{ tasks(first: 200) { nodes { retry { blockers { code } } } } }');
  for (const { retry } of data.tasks.nodes) expect(retry.blockers).toContainEqual({ code: 'LEDGER_UNAVAILABLE' });
  expect(probes).toBe(2);
  store?.broken.clear();
  world.passTime(500);
  expect(await blockersBefore(id)).toEqual([]);
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('a plane that is only slower than a list waits has no blocker, and the mutation is accepted; after a failed read both refuse', async () => {
  const scheduler = new ManualScheduler();
  world = await World.start({ configuration: { reads: { waitMs: 500 } }, scheduler });
  const id = failed();
  const { server } = world.planes['vcf-sfo'];
  const warnings = 'warnings { __typename ... on StaleDataWarning { message } }';
  const query = `{ tasks(first: 200) { nodes { id retry { isAllowed blockers { code } } ${warnings} } } }`;
  const list = async () => {
    const { data } = await world.graphql(query);
    return data.tasks.nodes.find((task: { readonly id: string }) => task.id === id);
  };
  const overdueList = async () => {
    world.passTime(10_000);
    const answer = list();
    await waitUntil(() => scheduler.waits.includes(500), 'that the list waits for the plane');
    scheduler.advance(500);
    return answer;
  };
  const staleness = (message: string): object => ({ __typename: 'StaleDataWarning', message });
  expect(await list()).toMatchObject({ retry: { isAllowed: true }, warnings: [] });

  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  server.fault = async (_request, handle) => {
    await released;
    return handle();
  };
  expect(await overdueList()).toMatchObject({
    retry: { isAllowed: true, blockers: [] },
    warnings: [staleness('The plane has not answered yet; this is what was last known.')],
  });
  release();
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED' });

  const other = failed();
  world.passTime(10_000);
  await list();
  server.fault = () => 'hang-up';
  world.passTime(10_000);
  expect(await list()).toMatchObject({ warnings: [staleness('The plane does not answer; this is what was last known.')] });
  expect(await blockersBefore(other)).toEqual(['SOURCE_UNAVAILABLE']);
  let fail = (): void => undefined;
  const failing = new Promise<void>((resolve) => (fail = resolve));
  server.fault = () => failing.then(() => 'hang-up' as const);
  expect((await overdueList()).retry.blockers).toContainEqual({ code: 'SOURCE_UNAVAILABLE' });
  fail();
  expect(blockerCodes(await act(world, 'retryTask', { id: other }))).toEqual(['SOURCE_UNAVAILABLE']);
});
