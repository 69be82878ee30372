import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { astra } from '../../../../src/sources/astra/astra-source.js';
import { AstraSimulator } from '../../../../src/sources/astra/simulator/astra-simulator.js';
import type { AstraTask } from '../../../../src/sources/astra/types.js';
import { translateAstraTask } from '../../../../src/sources/astra/task.js';
import { parseAstraTask } from '../../../../src/sources/astra/wire.js';
import type { TranslatedTask } from '../../../../src/model/task.js';
import { type PlaneAndSource, startOfPlane, startPlaneAndSource } from '../plane-and-source.js';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

const tasks = (): readonly TranslatedTask<AstraTask>[] =>
  at.plane.tasks.map((fields) => {
    const item = parseAstraTask(fields);
    if (item === null) throw new Error('The plane sent something that is no task.');
    return translateAstraTask('astra', item);
  });
const hour = 3_600_000;

describe('when it starts', () => {
  test('tasks stand in every state, nothing of them is odd, and one remarks something', () => {
    expect(new Set(tasks().map(({ status }) => status))).toEqual(
      new Set(['PENDING', 'RUNNING', 'PAUSING', 'PAUSED', 'CANCELLING', 'CANCELLED', 'SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS', 'FAILED']),
    );
    expect(tasks().flatMap(({ warnings }) => warnings.map(({ __typename }) => __typename))).toEqual(['AstraWarning']);
    expect(
      tasks()
        .filter(({ status }) => status === 'FAILED')
        .every(({ failures }) => failures.length === 1),
    ).toBe(true);
  });

  test('parents have ordered children, one without a hint', () => {
    const children = tasks().filter(({ parentTaskId }) => parentTaskId !== null);
    const ids = new Set(tasks().map(({ sourceTaskId }) => sourceTaskId));
    expect(children.every(({ parentTaskId }) => ids.has(parentTaskId ?? ''))).toBe(true);
    expect(new Set(children.map(({ position }) => position))).toEqual(new Set([0, 1, 2, null]));
  });

  test('the unusual tasks of the plane are there', () => {
    const sent = at.plane.tasks;
    const old = sent.filter(({ version }) => version === '1.0');
    expect(old.length).toBeGreaterThan(0);
    expect(old.every((task) => !('userID' in task))).toBe(true);
    expect(JSON.stringify(sent)).toContain('"createdBy":"00000000-0000-0000-0000-000000000000"');
    expect(JSON.stringify(sent)).toContain('[{"to":["paused","cancelled"]}');
    for (const form of [/:\d\d\.\d{6}Z$/, /:\d\d,\d{6}Z$/, /:\d\dZ$/])
      expect(sent.some(({ startTime }) => form.test(String(startTime)))).toBe(true);
    expect(sent.some(({ state, endTime }) => state === 'running' && endTime !== undefined)).toBe(true);
  });

  test('no time is in the future, but for the end that is foretold', () => {
    for (const { createdAt, startedAt, finishedAt, updatedAt } of tasks()) {
      for (const instant of [createdAt, startedAt, finishedAt, updatedAt]) expect(instant ?? 0).toBeLessThanOrEqual(startOfPlane);
      expect(createdAt).not.toBeNull();
      if (startedAt !== null && finishedAt !== null) expect(finishedAt).toBeGreaterThanOrEqual(startedAt);
    }
  });

  test('the same seed and name give the same tasks, others give others', async () => {
    const start = (seed: number, name: string) => AstraSimulator.start({ seed, name, now: () => startOfPlane });
    const [same, other] = [await start(1, 'test'), await start(1, 'else')];
    same.advance(60_000);
    at.plane.advance(60_000);
    expect(same.tasks).toEqual(at.plane.tasks);
    expect(same.settings).toEqual(at.plane.settings);
    expect(other.tasks).not.toEqual(at.plane.tasks);
    await Promise.all([same.close(), other.close()]);
  });
});

describe('as time passes', () => {
  const pass = (ms: number): void => {
    at.clock.now += ms;
    at.plane.advance(ms);
  };

  test('work goes on to its end; what was paused resumes, what was being cancelled is', () => {
    const idsIn = (status: string): readonly string[] =>
      tasks()
        .filter((task) => task.status === status)
        .map(({ sourceTaskId }) => sourceTaskId);
    const statusNow = (id: string | undefined): string | undefined => tasks().find(({ sourceTaskId }) => sourceTaskId === id)?.status;
    const [pausing] = idsIn('PAUSING');
    const [cancelling] = idsIn('CANCELLING');
    const [pending] = idsIn('PENDING');
    const seen = new Set<string | undefined>();
    for (let second = 0; second < 150; second++) {
      pass(1000);
      seen.add(statusNow(pausing));
    }
    expect([...seen]).toEqual(expect.arrayContaining(['PAUSING', 'PAUSED', 'RUNNING', 'SUCCEEDED']));
    expect(statusNow(cancelling)).toBe('CANCELLED');
    expect(statusNow(pending)).toBe('SUCCEEDED');
  });

  test('percentDone never falls', () => {
    const before = new Map<string, number>();
    for (let second = 0; second < 100; second += 4) {
      pass(4000);
      for (const { sourceTaskId, progress } of tasks()) {
        expect(progress?.percent ?? 0).toBeGreaterThanOrEqual(before.get(sourceTaskId) ?? 0);
        before.set(sourceTaskId, progress?.percent ?? 0);
      }
    }
  });

  test('a parent that is over has only children that are', () => {
    for (let minute = 0; minute < 20; minute++) {
      pass(30_000);
      const byId = new Map(tasks().map((task) => [task.sourceTaskId, task]));
      for (const { parentTaskId, isFinished } of byId.values()) {
        if (byId.get(parentTaskId ?? '')?.isFinished) expect(isFinished).toBe(true);
      }
    }
  });

  test('a handful of operations is at work at any time, and there are never more than 60 tasks', () => {
    for (let minute = 0; minute < 60; minute++) {
      pass(60_000);
      const atWork = tasks().filter(({ parentTaskId, isFinished }) => parentTaskId === null && !isFinished);
      expect(atWork.length).toBeGreaterThanOrEqual(1);
      expect(atWork.length).toBeLessThanOrEqual(6);
      expect(tasks().length).toBeLessThanOrEqual(60);
    }
  });

  test('a task is forgotten 24 hours after it ended, and no earlier', async () => {
    const ended = at.plane.addTask({ state: 'failed' });
    const running = at.plane.addTask();
    at.clock.now += 24 * hour - 1;
    expect((await at.source.read([ended], at.request)).get(ended)).toMatchObject({ sourceTaskId: ended });
    at.clock.now += 1;
    expect((await at.source.read([ended], at.request)).get(ended)).toBeNull();
    const { tasks: readings } = await at.source.list(at.request);
    const ids = readings.map(({ sourceTaskId }) => sourceTaskId);
    expect(ids).toContain(running);
    expect(ids).not.toContain(ended);
  });
});

describe('what tests do to it', () => {
  test('tasks are added, changed and removed, and stay as they were put', () => {
    const id = at.plane.addTask({ percentDone: 3 });
    at.plane.setTask(id, { percentDone: 4, service: undefined });
    at.plane.advance(600_000);
    expect(at.plane.tasks.find((task) => task.id === id)).toMatchObject({ state: 'running', percentDone: 4 });
    at.plane.removeTask(id);
    expect(at.plane.tasks.some((task) => task.id === id)).toBe(false);
    expect(() => at.plane.setTask(id, {})).toThrow();
    expect(() => at.plane.removeTask(id)).toThrow();
  });

  test('a task of its own that a test has set is no longer worked on', () => {
    const running = tasks().find(({ status, parentTaskId }) => status === 'RUNNING' && parentTaskId === null)?.sourceTaskId ?? '';
    at.plane.setTask(running, { state: 'paused' });
    at.plane.advance(600_000);
    expect(at.plane.tasks.find((task) => task.id === running)?.state).toBe('paused');
  });
});

test('the module starts one whose settings its own configuration accepts', async () => {
  const plane = await astra.simulate({ seed: 1, name: 'test', now: () => startOfPlane });
  expect(astra.settings.parse(plane.settings)).toEqual(at.plane.settings);
  await plane.close();
});
