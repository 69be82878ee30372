import { expect, test } from '@jest/globals';

import type { ActionCommand } from '../../../src/model/action.js';
import { SourceProblemError } from '../../../src/model/source-problem.js';
import type { Task, TranslatedTask } from '../../../src/model/task.js';
import { SecretText } from '../../../src/model/secret.js';
import type { Source } from '../../../src/sources/source.js';
import { vcf } from '../../../src/sources/vcf/vcf-source.js';
import type { VcfCredentialsSubtask } from '../../../src/sources/vcf/types.js';
import { VcfSimulator } from '../../../src/sources/vcf/simulator/vcf-simulator.js';
import { createSourceSettings } from '../../support/source-settings.js';
import { request, wireTask } from './plane.js';

async function withSimulator(run: (source: Source, plane: VcfSimulator) => Promise<void>): Promise<void> {
  const plane = await VcfSimulator.start({ seed: 1, name: 'vcf-sfo', now: () => Date.parse('2026-11-20T08:00:00Z') });
  const settings = vcf.settings.parse(plane.settings);
  const source = vcf.create(createSourceSettings(plane.url, { name: 'vcf-sfo', displayName: 'Demo' }), settings);
  try {
    await run(source, plane);
  } finally {
    await source.upstream.close();
    await plane.close();
  }
}

const retry: ActionCommand = { action: 'RETRY', input: null };

async function readOne(source: Source, id: string): Promise<TranslatedTask<Task>> {
  const reading = (await source.read([id], request())).get(id);
  if (reading == null || reading instanceof SourceProblemError) throw new Error('There must be a reading.');
  return reading.translate();
}

test('the module says what it adds to the graph', () => {
  expect(vcf).toMatchObject({ kind: 'vcf', warningTypes: ['VcfWarning'], subtaskTypes: ['VcfSubtask', 'VcfCredentialsSubtask'] });
  expect(vcf.demo.map(({ name }) => name)).toEqual(['vcf-sfo', 'vcf-lax']);
  const names = vcf.objectTypes.map((type) => type.name);
  expect(names).toEqual(expect.arrayContaining(['VcfTask', ...vcf.warningTypes, ...vcf.subtaskTypes]));
});

test.each([
  [{ credentials: {} }],
  [{ credentials: { username: '', password: 'p' } }],
  [{ credentials: { username: 'u', password: 'p', token: 't' } }],
])('settings that cannot work are refused: %j', (settings) => {
  expect(vcf.settings.safeParse(settings).success).toBe(false);
});

test('a source has its capabilities and call estimates', async () => {
  await withSimulator((source) => {
    expect(source).toMatchObject({ name: 'vcf-sfo', displayName: 'Demo', kind: 'VCF', finishedTasksChange: true });
    expect(source.capabilities).toEqual({ list: true, retry: true, cancel: true, subtasks: true, progress: true });
    expect([null, 0, 1, 100, 101, 250].map((known) => source.estimateListCalls(known))).toEqual([Infinity, 2, 2, 2, 3, 4]);
    expect(source.estimateReadCalls(3)).toBe(4);
    expect(['a', '63eb8b2c-c3b9-4aed-919a-26ac1315d359', 'A_b-9', '-a', '_a', 'x'.repeat(128)].every((id) => source.isTaskId(id))).toBe(
      true,
    );
    expect(['', '..', 'a/b', 'a b', 'a%2f', 'ä', 'x'.repeat(129)].some((id) => source.isTaskId(id))).toBe(false);
    return Promise.resolve();
  });
});

test('an action that the operator forbids is not a capability', () => {
  const source = vcf.create(createSourceSettings('http://127.0.0.1:1', { actions: { retry: false, cancel: true } }), {
    credentials: { username: 'u', password: 'p' },
  });
  expect(source.capabilities).toMatchObject({ retry: false, cancel: true });
});

test.each([
  ['pages that count from 0', { pageBase: 0 }],
  ['pages that count from 1', { pageBase: 1 }],
  ['no page metadata, from 0', { pageBase: 0, withPageMetadata: false }],
  ['no page metadata, from 1', { pageBase: 1, withPageMetadata: false }],
  ['a release before 5.1', { legacy: true }],
] as const)('the same tasks are there with %s', async (_, modes) => {
  await withSimulator(async (source, plane) => {
    for (let count = 0; count < 230; count++) plane.addTask(wireTask(`extra-${count}`));
    const before = (await source.list(request())).tasks.map((reading) => reading.sourceTaskId);
    Object.assign(plane, modes);
    const answer = await source.list(request());
    expect(answer).toMatchObject({ isComplete: true, problem: null });
    expect(answer.tasks.map((reading) => reading.sourceTaskId).toSorted()).toEqual(before.toSorted());
    expect(before.length).toBeGreaterThanOrEqual(230);
    expect(new Set(before).size).toBe(before.length);
  });
});

test('no read or translated task of the demo contains a secret', async () => {
  await withSimulator(async (source) => {
    const { tasks: readings } = await source.list(request());
    const text = JSON.stringify(readings.map((reading) => [reading.fingerprint, reading.translate()]));
    expect(readings.some((reading) => reading.translate().parts.some((part) => part.__typename === 'VcfCredentialsSubtask'))).toBe(true);
    expect(text).not.toMatch(/canary|"(?:old|new)Password"/i);
  });
});

test('tokens that expire at the plane are renewed, and no read fails', async () => {
  await withSimulator(async (source, plane) => {
    const { tasks: readings } = await source.list(request());
    plane.expireTokens();
    expect((await source.list(request())).tasks).toHaveLength(readings.length);
  });
});

test('a failed task is retried once, and a running one cancelled', async () => {
  await withSimulator(async (source, plane) => {
    plane.addTask(wireTask('failed', { status: 'FAILED' }));
    plane.addTask(wireTask('running', { status: 'In Progress' }));
    const failed = await readOne(source, 'failed');
    expect(source.actions.findBlockers(retry, failed)).toEqual([]);
    expect(await source.actions.act(retry, failed, AbortSignal.timeout(60_000))).toEqual({ outcome: 'ACCEPTED' });
    expect(await source.actions.act(retry, failed, AbortSignal.timeout(60_000))).toMatchObject({ outcome: 'REJECTED', reason: 'CONFLICT' });

    const cancel: ActionCommand = { action: 'CANCEL', input: null };
    const running = await readOne(source, 'running');
    expect(source.actions.findBlockers(cancel, running)).toEqual([]);
    expect(await source.actions.act(cancel, running, AbortSignal.timeout(60_000))).toEqual({ outcome: 'ACCEPTED' });
  });
});

test('a failed rotation is retried from what its subtasks say, an update from what is given', async () => {
  await withSimulator(async (source) => {
    const { tasks: readings } = await source.list(request());
    const failed = readings.map((reading) => reading.translate()).filter((task) => task.status === 'FAILED' && task.parts.length > 0);
    const rotation = failed.find((task) => task.operation === 'ROTATE');
    const update = failed.find((task) => task.operation === 'UPDATE');
    if (rotation === undefined || update === undefined) throw new Error('The demo has one of each.');
    expect(source.actions.findBlockers(retry, rotation)).toEqual([]);
    expect(await source.actions.act(retry, rotation, AbortSignal.timeout(60_000))).toEqual({ outcome: 'ACCEPTED' });
    expect(source.actions.findBlockers(retry, update)).toMatchObject([{ code: 'NEEDS_INPUT' }]);
    const elements = (update.parts as readonly VcfCredentialsSubtask[])
      .filter((part) => part.status === 'FAILED')
      .map(({ resourceName, entityType, credentialType, username }) => {
        return { resourceName, resourceType: entityType, credentialType, username, password: new SecretText('Fresh-Passw0rd!') };
      });
    const command: ActionCommand = { action: 'RETRY', input: { kind: 'VCF', mutation: 'retryVcfCredentialsTask', value: { elements } } };
    expect(source.actions.findBlockers(command, update)).toEqual([]);
    expect(await source.actions.act(command, update, AbortSignal.timeout(60_000))).toEqual({ outcome: 'ACCEPTED' });
  });
});
