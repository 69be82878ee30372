import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { act } from '../actions/act.js';
import { HistoryWorld } from './history-world.js';

let site: HistoryWorld;
beforeEach(async () => {
  site = await HistoryWorld.start();
});
afterEach(() => site.close());

const iso = (at: number): string => new Date(at).toISOString();
const changes = 'history { status sourceStatus at }';

test('each observed status is in the history once, with its time, across a restart', async () => {
  const vcf = site.world.planes['vcf-sfo'];
  const sourceTaskId = vcf.addTask({ status: 'PENDING' });
  const id = `vcf-sfo:${sourceTaskId}`;
  const seen: object[] = [];
  const see = async (status: string, sourceStatus: string): Promise<void> => {
    vcf.setTask(sourceTaskId, { status: sourceStatus });
    site.world.passTime(60_000);
    await site.tasks({ sourceNames: ['vcf-sfo'] });
    seen.push({ status, sourceStatus, at: iso(site.world.now) });
  };
  await see('PENDING', 'PENDING');
  await see('RUNNING', 'IN_PROGRESS');
  await site.tasks({ sourceNames: ['vcf-sfo'] });
  await site.world.restart();
  await site.tasks({ sourceNames: ['vcf-sfo'] });
  expect(await site.task(id, changes)).toEqual({ history: seen });
  await see('FAILED', 'FAILED');
  await see('RUNNING', 'In Progress');
  expect(await site.task(id, changes)).toEqual({ history: seen });
  expect(seen).toHaveLength(4);
});

test('a page of tasks with their history is one query of the store', async () => {
  const page = await site.tasks({}, `${changes} actions { outcome } estimatedFinish { sampleCount }`);
  expect(page.nodes.length).toBeGreaterThan(50);
  expect(
    page.nodes.every((node: { history: unknown[]; actions: unknown[] }) => node.history.length === 1 && node.actions.length === 0),
  ).toBe(true);
});

test('each task shows its actions with caller, reason and outcome, refusals too', async () => {
  const id = `vcf-sfo:${site.world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const actions = 'actions { action by reason outcome at }';
  expect(await site.task(id, actions)).toEqual({ actions: [] });
  const at = iso(site.world.now);
  await act(site.world, 'retryTask', { id, reason: 'the disk was full' });
  site.world.passTime(1);
  const later = iso(site.world.now);
  await act(site.world, 'cancelTask', { id });
  await site.world.restart();
  expect(await site.task(id, actions)).toEqual({
    actions: [
      { action: 'RETRY', by: 'anonymous', reason: 'the disk was full', outcome: 'ACCEPTED', at },
      { action: 'CANCEL', by: 'anonymous', reason: null, outcome: 'REJECTED', at: later },
    ],
  });
});

const minute = 60_000;
const estimate = 'estimatedFinish { medianMs p90Ms sampleCount }';

test('an estimate needs five successful tasks of the same operation and source; a finished task has none', async () => {
  const vcf = site.world.planes['vcf-sfo'];
  const began = site.world.now;
  const add = (type = 'TEST_WORK'): string => vcf.addTask({ type, status: 'IN_PROGRESS', creationTimestamp: iso(began) });
  const end = (id: string, minutes: number, status = 'SUCCESSFUL'): void =>
    vcf.setTask(id, { status, completionTimestamp: iso(began + minutes * minute) });
  const succeeding = Array.from({ length: 5 }, () => add());
  const failing = Array.from({ length: 3 }, () => add());
  const other = add('OTHER_WORK');
  const running = `vcf-sfo:${add()}`;
  const elsewhere = `vcf-lax:${site.world.planes['vcf-lax'].addTask({ type: 'TEST_WORK', status: 'IN_PROGRESS' })}`;
  await site.tasks({});
  site.world.passTime(200 * minute);
  for (const [index, minutes] of [10, 20, 30, 40].entries()) end(succeeding[index] ?? '', minutes);
  for (const id of failing) end(id, 1, 'FAILED');
  end(other, 500);
  await site.tasks({});
  expect(await site.task(running, estimate)).toEqual({ estimatedFinish: null });
  end(succeeding[4] ?? '', 100);
  await site.tasks({});
  site.world.passTime(60_000);
  expect(await site.task(running, estimate)).toEqual({ estimatedFinish: { medianMs: 30 * minute, p90Ms: 100 * minute, sampleCount: 5 } });
  expect(await site.task(`vcf-sfo:${succeeding[4]}`, estimate)).toEqual({ estimatedFinish: null });
  expect(await site.task(elsewhere, estimate)).toEqual({ estimatedFinish: null });
});

test.each<readonly [string, readonly (readonly [number, string])[], number | null]>([
  [
    'earlier failed attempts',
    [
      [0, 'IN_PROGRESS'],
      [60, 'FAILED'],
      [300, 'IN_PROGRESS'],
      [420, 'SUCCESSFUL'],
    ],
    120,
  ],
  [
    'a queue',
    [
      [0, 'QUEUED'],
      [300, 'IN_PROGRESS'],
      [420, 'SUCCESSFUL'],
    ],
    120,
  ],
  [
    'a planned start',
    [
      [0, 'PENDING'],
      [300, 'IN_PROGRESS'],
      [420, 'SUCCESSFUL'],
    ],
    120,
  ],
  [
    'tasks whose last attempt was not seen',
    [
      [60, 'FAILED'],
      [420, 'SUCCESSFUL'],
    ],
    null,
  ],
  ['tasks that were seen only when they had ended', [[420, 'SUCCESSFUL']], null],
  [
    'tasks that may have run for long before they were seen',
    [
      [300, 'IN_PROGRESS'],
      [420, 'SUCCESSFUL'],
    ],
    null,
  ],
])('neither an estimate nor durationMs counts %s', async (what, states, minutes) => {
  const vcf = site.world.planes['vcf-sfo'];
  const created = site.world.now;
  const wire = { type: 'TEST_WORK', creationTimestamp: iso(created) };
  const running = `vcf-sfo:${vcf.addTask({ ...wire, status: 'IN_PROGRESS' })}`;
  let ids: readonly string[] = [];
  for (const [after, status] of states) {
    site.world.passTime(created + after * minute - site.world.now);
    const change = { ...wire, status, completionTimestamp: iso(site.world.now) };
    if (ids.length === 0) ids = Array.from({ length: 5 }, () => vcf.addTask(change));
    else for (const id of ids) vcf.setTask(id, change);
    await site.tasks({ sourceNames: ['vcf-sfo'] });
    // What was seen before the gateway was started last counts too.
    if (status === 'FAILED') await site.world.restart();
  }
  const expected = minutes === null ? null : { medianMs: expect.closeTo(minutes * minute, -3), sampleCount: 5 };
  const { estimatedFinish } = await site.task(running, 'estimatedFinish { medianMs sampleCount }');
  expect(estimatedFinish).toEqual(expected);
  const { durationMs } = await site.task(`vcf-sfo:${ids[0]}`, 'durationMs');
  if (minutes !== null) expect(durationMs).toEqual(expect.closeTo(minutes * minute, -3));
  if (what.includes('last attempt')) expect(durationMs).toBeNull();
});

test('durationMs of a subtask does not count its waiting, after two restarts either', async () => {
  const vcf = site.world.planes['vcf-sfo'];
  const created = site.world.now;
  const wire = (status: string): Json => ({
    status: 'IN_PROGRESS',
    creationTimestamp: iso(created),
    subTasks: [{ name: 'Wait and work', status, creationTimestamp: iso(created), completionTimestamp: iso(site.world.now) }],
  });
  const sourceTaskId = vcf.addTask(wire('PENDING'));
  const durations = async (): Promise<Json> => {
    await site.tasks({ sourceNames: ['vcf-sfo'] });
    const fields = 'subtasks(first: 1) { nodes { ... on TaskLifecycle { durationMs } } }';
    return (await site.task(`vcf-sfo:${sourceTaskId}`, fields)).subtasks.nodes[0].durationMs;
  };
  expect(await durations()).toBeNull();
  site.world.passTime(180 * minute);
  vcf.setTask(sourceTaskId, wire('IN_PROGRESS'));
  await durations();
  site.world.passTime(10 * minute);
  expect(await durations()).toEqual(expect.closeTo(10 * minute, -3));
  await site.world.restart();
  await durations();
  await site.world.restart();
  await durations();
  expect(await durations()).toEqual(expect.closeTo(10 * minute, -3));
  // It ends while no gateway runs.
  site.world.passTime(5 * minute);
  await site.world.restart(() => vcf.setTask(sourceTaskId, wire('SUCCESSFUL')));
  await durations();
  expect(await durations()).toEqual(expect.closeTo(15 * minute, -3));
});

test('no secret that a plane sends reaches the store', async () => {
  const canary = 'canary-4711';
  const secrets = { apiToken: canary, nested: [{ 'Old-Password': canary, deep: { client_secret: canary } }] };
  const { 'astra-demo': astra, 'vcf-sfo': vcf, 'catalog-demo': catalog } = site.world.planes;
  const ids = [`astra-demo:${astra.addTask(secrets)}`, `vcf-sfo:${vcf.addTask({ status: 'FAILED', ...secrets })}`];
  const [tracked = ''] = catalog.trackedIds;
  catalog.setTask(tracked, secrets);
  await site.tasks({});
  for (const id of ids) expect(JSON.stringify(await site.task(id, 'raw history { status }'))).toContain('[removed]');
  await site.world.restart();
  const folder = dirname(site.path);
  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(written.join('')).toContain('[removed]');
  expect(written.join('')).not.toContain(canary);
});
