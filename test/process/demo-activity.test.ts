import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';

import { type DemoPlanes, advanceInRealTime, startDemoPlanes } from '../../src/cli/demo.js';
import { type RunningGateway, startGateway } from '../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { sourceModules as modules } from '../../src/sources/registry.js';
import { type Json, post } from '../support/post.js';

/** Only intervals are the test's: sockets need the real time of the others. */
const real = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setTimeout',
  'clearTimeout',
] as const;

let now: number;
let demo: DemoPlanes;
let gateway: RunningGateway;
let stop: () => void;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 21, 8);
  demo = await startDemoPlanes({ modules, seed: 1, now: () => now });
  const configuration = loadConfiguration({ file: 'demo', text: demo.configuration, environment: {}, readFile: String, modules });
  gateway = await startGateway({
    configuration: {
      ...configuration,
      server: { ...configuration.server, port: 0 },
      graphql: { ...configuration.graphql, introspection: false, explorer: false },
      limits: { ...configuration.limits, operationsPerSecond: 0, actionsPerMinute: 0 },
    },
    modules,
    explorerFolder: '',
    logger: pino({ level: 'silent' }),
    now: () => now,
  });
  jest.useFakeTimers({ doNotFake: [...real] });
  stop = advanceInRealTime(demo.planes);
});

afterEach(async () => {
  stop();
  jest.useRealTimers();
  await gateway.close();
  await demo.close();
});

/** Lets people wait so many seconds in front of their screen. */
function wait(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    now += 1_000;
    jest.advanceTimersByTime(1_000);
  }
}

async function graphql(query: string, variables: Record<string, unknown> = {}): Promise<Json> {
  const { data, errors } = await post(`${gateway.origin}/graphql`, { query, variables });
  expect(errors).toBeUndefined();
  return data;
}

async function statuses(source: string): Promise<ReadonlyMap<string, string>> {
  const { tasks } = await graphql('query ($of: [String!]) { tasks(filter: { sourceNames: $of }, first: 200) { nodes { id status } } }', {
    of: [source],
  });
  return new Map(tasks.nodes.map(({ id, status }: { id: string; status: string }) => [id, status]));
}

/** The statuses that a task goes through in so many seconds, without repeats. */
async function course(id: string, seconds: number): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let second = 0; second < seconds; second += 2) {
    wait(2);
    const { task } = await graphql('query ($id: ID!) { task(id: $id) { status } }', { id });
    if (seen.at(-1) !== task.status) seen.push(task.status);
  }
  return seen;
}

/** The sources that have a task that is pending, queued or running now. */
async function busySources(): Promise<ReadonlySet<string>> {
  const { tasks } = await graphql('{ tasks(filter: { statuses: [PENDING, QUEUED, RUNNING] }, first: 200) { nodes { source { name } } } }');
  return new Set(tasks.nodes.map((task: Json) => task.source.name));
}

/** A task of the VCF sites with this status that allows the action. */
async function taskThatAllows(action: 'retry' | 'cancel', status: string): Promise<string> {
  const { tasks } = await graphql(
    `query ($status: [TaskStatus!]) { tasks(filter: { kinds: [VCF], statuses: $status }, first: 200) { nodes { id sourceStatus ${action} { isAllowed } } } }`,
    { status: [status] },
  );
  const found = tasks.nodes.find((task: Json) => task[action].isAllowed);
  expect(found).toBeDefined();
  return found.id;
}

test.each(['astra-demo', 'vcf-sfo', 'vcf-lax'])('In two minutes tasks of %s change and new ones appear.', async (source) => {
  const before = await statuses(source);
  wait(120);
  const after = await statuses(source);
  expect([...before].filter(([id, status]) => after.has(id) && after.get(id) !== status).length).toBeGreaterThan(1);
  expect([...after.keys()].filter((id) => !before.has(id)).length).toBeGreaterThan(1);
});

test('In two minutes the tracked tasks of the catalog change.', async () => {
  const before = await statuses('catalog-demo');
  wait(120);
  const after = await statuses('catalog-demo');
  expect([...before].filter(([id, status]) => after.get(id) !== status).length).toBeGreaterThan(1);
});

test('At every minute of an hour, each source has an unfinished task.', async () => {
  const idleMinutes = new Map(['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'].map((source) => [source, 0]));
  for (let minute = 0; minute < 60; minute++) {
    wait(60);
    const busy = await busySources();
    for (const [source, count] of idleMinutes) if (!busy.has(source)) idleMinutes.set(source, count + 1);
  }
  expect([...idleMinutes].filter(([, count]) => count > 0)).toEqual([]);
});

test('For an hour passwords are rotated at each site, every few minutes.', async () => {
  const rotations = new Map<string, Set<string>>();
  for (let minute = 0; minute < 60; minute += 2) {
    wait(120);
    const { tasks } = await graphql(
      '{ tasks(filter: { operations: ["ROTATE"], createdAfter: "2026-11-21T08:01:00Z" }, first: 200) { nodes { id source { name } } } }',
    );
    for (const { id, source } of tasks.nodes) rotations.set(source.name, (rotations.get(source.name) ?? new Set()).add(id));
  }
  expect([...rotations.keys()].toSorted()).toEqual(['vcf-lax', 'vcf-sfo']);
  for (const ids of rotations.values()) expect(ids.size).toBeGreaterThan(20);
});

test('The failures of the demo have different causes, each with a message.', async () => {
  wait(3_600);
  const { taskFailureGroups } = await graphql('{ taskFailureGroups(first: 100) { nodes { kind code message } } }');
  const codes = taskFailureGroups.nodes.filter(({ kind }: Json) => kind === 'VCF').map(({ code }: Json) => code);
  expect(codes).not.toContain(null);
  expect(codes).toEqual(expect.arrayContaining(['ACCOUNT_LOCKED', 'PASSWORD_REUSED', 'PASSWORD_OUT_OF_SYNC']));
  for (const { message } of taskFailureGroups.nodes) {
    expect(message.replaceAll('…', '').trim().split(' ').length).toBeGreaterThan(2);
    expect(message).not.toBe('The plane gave no reason.');
  }
});

test('The demo is still active after an hour, and its size is bounded.', async () => {
  wait(3_600);
  const { tasks } = await graphql('{ tasks(filter: { kinds: [VCF, ASTRA] }) { totalCount countsByStatus { status count } } }');
  const counts = new Map(tasks.countsByStatus.map(({ status, count }: Json) => [status, count]));
  expect(counts.get('RUNNING')).toBeGreaterThan(2);
  expect(counts.get('FAILED')).toBeGreaterThan(2);
  expect(tasks.totalCount).toBeLessThan(400);
});

test('A failed VCF task that is retried runs and finishes.', async () => {
  const id = await taskThatAllows('retry', 'FAILED');
  const { retryTask } = await graphql('mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome } }', { id });
  expect(retryTask.outcome).toBe('ACCEPTED');
  const seen = await course(id, 180);
  expect(seen.slice(0, 2)).toEqual(['FAILED', 'RUNNING']);
  expect(['SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS', 'FAILED']).toContain(seen[2]);
});

test('A running VCF task that is cancelled is CANCELLED in a few seconds, and stays so.', async () => {
  const id = await taskThatAllows('cancel', 'RUNNING');
  const { cancelTask } = await graphql('mutation ($id: ID!) { cancelTask(input: { id: $id }) { outcome } }', { id });
  expect(cancelTask.outcome).toBe('ACCEPTED');
  const seen = await course(id, 60);
  expect(seen.at(-1)).toBe('CANCELLED');
  expect(seen.filter((status) => status !== 'RUNNING' && status !== 'CANCELLING')).toEqual(['CANCELLED']);
});

test('The clocks of the planes stand still once the demo is stopped.', async () => {
  stop();
  const before = await statuses('vcf-sfo');
  wait(300);
  expect(await statuses('vcf-sfo')).toEqual(before);
});
