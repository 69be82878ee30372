import { afterEach, beforeEach, expect, test } from '@jest/globals';

import 'reflect-metadata';
import type { TaskActionKind } from '../../../src/model/action.js';
import { type PlaneAndSource, startPlaneAndSource } from './plane-and-source.js';
import { translated } from './wire-fixture.js';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

const command = (action: TaskActionKind) => ({ action, input: null });

test.each(['RETRY', 'CANCEL'] as const)('%s is blocked in every state, and has no effect to tell', (action) => {
  for (const state of ['running', 'paused', 'failed', 'completed']) {
    expect(at.source.actions.findBlockers(command(action), translated({ state }))).toEqual([
      { code: 'NOT_SUPPORTED_BY_SOURCE', message: expect.stringContaining('read-only') },
    ]);
    expect(at.source.actions.describeEffect(command(action), translated({ state }))).toBeNull();
  }
});

test('the blocker says how a backup is stopped at the plane', () => {
  const [ofBackup] = at.source.actions.findBlockers(command('CANCEL'), translated());
  const [ofOther] = at.source.actions.findBlockers(command('CANCEL'), translated({ resourceURI: '/a/appSnaps/1' }));
  expect(ofBackup?.message).toContain('delete the backup itself');
  expect(ofOther?.message).toContain('through the resource that it works on');
});

test('an action that is requested anyway is rejected, and nothing is sent', async () => {
  expect(await at.source.actions.act(command('CANCEL'), translated(), at.request.signal)).toMatchObject({
    outcome: 'REJECTED',
    reason: 'PROBLEM',
    problem: { kind: 'OTHER' },
    isRetryable: false,
  });
  expect(at.plane.server.calls).toEqual([]);
});

test('the source has its capabilities and call estimates', () => {
  expect(at.source).toMatchObject({
    name: 'astra-test',
    kind: 'ASTRA',
    capabilities: { list: true, retry: false, cancel: false, subtasks: true, progress: true },
    finishedTasksChange: true,
  });
  expect([null, 0, 5000].map((known) => at.source.estimateListCalls(known))).toEqual([1, 1, 1]);
  expect([0, 1, 20].map((ids) => at.source.estimateReadCalls(ids))).toEqual([0, 1, 20]);
});
