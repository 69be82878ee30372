import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';

import { type DemoPlanes, keepAlive, startDemoPlanes } from '../../src/commands/demo-planes.js';
import { type RunningGateway, startGateway } from '../../src/commands/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { sourceModules as modules } from '../../src/sources/index.js';
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
    configuration: { ...configuration, server: { ...configuration.server, port: 0 }, graphql: { introspection: false, explorer: false } },
    modules,
    explorerFolder: '',
    logger: pino({ level: 'silent' }),
    now: () => now,
  });
  jest.useFakeTimers({ doNotFake: [...real] });
  stop = keepAlive(demo.planes);
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

test('The demo is still busy after an hour, and has not grown without end.', async () => {
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

test('Time stands still at the planes once it is stopped.', async () => {
  stop();
  const before = await statuses('vcf-sfo');
  wait(300);
  expect(await statuses('vcf-sfo')).toEqual(before);
});
