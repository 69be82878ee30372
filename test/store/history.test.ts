import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { maxStatusChanges, type TaskObservation } from '../../src/store/history-store.js';
import { maxDurationSamples } from '../../src/model/history.js';
import type { Store } from '../../src/store/store.js';
import type { TaskStatus } from '../../src/model/task-status.js';
import type { Task } from '../../src/model/task.js';
import { taskOf } from '../support/generators/sample-task.js';
import { describeWith } from '../support/describe-with-tool.js';
import { allStores, open, type StoreMaker } from './stores.js';

const hour = 3_600_000;
const minute = 60_000;
const start = 1_763_700_000_000;

/** An observation with one change for each status of the plane. */
const observed = (task: Task, ...statuses: readonly string[]): TaskObservation => ({
  id: task.id,
  task,
  changes: (statuses.length === 0 ? [task.sourceStatus] : statuses).map((sourceStatus) => ({
    status: task.status,
    sourceStatus,
    at: task.changedAt,
  })),
  forgotten: null,
});

const forgotten = ({ id }: Task, at: number, observedAt: number | null = null): TaskObservation => ({
  id,
  task: null,
  changes: [],
  forgotten: { at, observedAt },
});

for (const { kind, tool, start: startStore } of allStores) {
  describeWith(tool)(`the history of tasks in ${kind}`, () => {
    let maker: StoreMaker;
    let store: Store;
    let now: number;
    beforeAll(async () => {
      maker = await startStore();
    });
    beforeEach(async () => {
      now = start;
      store = await open({ ...(await maker.newStore()), retentionMs: 2 * hour }, () => now);
    });
    afterEach(() => store.close());
    afterAll(() => maker.stop());

    const buildTask = (over: Partial<Task> = {}): Task => {
      const sourceTaskId = over.sourceTaskId ?? '1';
      return taskOf({
        sourceName: 'vcf',
        sourceTaskId,
        id: `vcf:${sourceTaskId}`,
        createdAt: start,
        changedAt: now,
        observedAt: now,
        ...over,
      });
    };
    const readChanges = async (id: string) => (await store.history.readStatusChanges([id])).get(id);

    test('a task is stored as it was observed last, without its secrets', async () => {
      const unusual = buildTask({ name: 'No “answer” \u0000 ☃ \uD800', sourceStatus: 'odd \u0000', payload: { a: 1, apiToken: 'canary' } });
      await store.history.record([observed(buildTask())]);
      await store.history.record([observed(unusual)]);
      const kept = (await store.history.readTasks([unusual.id, 'vcf:none'])) as ReadonlyMap<string, unknown>;
      expect([...kept]).toEqual([[unusual.id, { task: { ...unusual, payload: null }, forgottenAt: null }]]);
      expect(await store.history.readPresentSourceTaskIds('vcf')).toEqual(['1']);
      expect(await store.history.readPresentSourceTaskIds('astra')).toEqual([]);
      const payload = (await store.history.readPayloads([unusual.id])).get(unusual.id);
      expect(payload).toMatchObject({ a: 1 });
      if (kind !== 'memory') expect(JSON.stringify(payload)).not.toContain('canary');
    });

    test('each change of status is stored once, with its time, in order', async () => {
      const at = (status: TaskStatus, sourceStatus: string): Task => buildTask({ status, sourceStatus, changedAt: (now += 1) });
      await store.history.record([observed(at('PENDING', 'Pending'))]);
      await store.history.record([observed(at('PENDING', 'Pending'))]);
      const [running, failed, again] = [at('RUNNING', 'IN PROGRESS'), at('FAILED', 'FAILED'), at('RUNNING', 'IN PROGRESS')];
      await store.history.record([{ ...observed(again), changes: [running, failed, again].flatMap((task) => observed(task).changes) }]);
      await store.history.record([observed({ ...again, sourceStatus: 'In Progress' }), observed(buildTask({ sourceTaskId: '2' }))]);
      expect(await readChanges('vcf:1')).toEqual([
        { status: 'PENDING', sourceStatus: 'Pending', at: start + 1 },
        { status: 'RUNNING', sourceStatus: 'IN PROGRESS', at: start + 3 },
        { status: 'FAILED', sourceStatus: 'FAILED', at: start + 4 },
        { status: 'RUNNING', sourceStatus: 'IN PROGRESS', at: start + 5 },
      ]);
      expect(await readChanges('vcf:3')).toBeUndefined();
    });

    test('the start of a part that was seen before is not lost when the same task is observed without it', async () => {
      const part = buildTask({ sourceTaskId: 'part' });
      await store.history.record([observed(buildTask({ parts: [{ ...part, observedStart: start + 5 }] }))]);
      await store.history.record([observed(buildTask({ parts: [part] }))]);
      expect((await store.history.readTasks(['vcf:1'])).get('vcf:1')?.task.parts).toMatchObject([{ observedStart: start + 5 }]);
    });

    test('the last 100 changes of a task are stored', async () => {
      const statuses = Array.from({ length: maxStatusChanges + 5 }, (_, index) => `word ${index}`);
      const unusual = buildTask({ status: 'UNKNOWN' });
      await store.history.record([observed(unusual, ...statuses.slice(0, 60))]);
      await store.history.record([observed(unusual, ...statuses.slice(60))]);
      expect((await readChanges('vcf:1'))?.map(({ sourceStatus }) => sourceStatus)).toEqual(statuses.slice(5));
    });

    test('a forgotten task is read as forgotten until it is observed again', async () => {
      const [parent, child, other] = [
        buildTask(),
        buildTask({ sourceTaskId: '2', parentTaskId: '1' }),
        buildTask({ sourceTaskId: '3', createdAt: null }),
      ];
      await store.history.record([parent, child, other].map((task) => observed(task)));
      await store.history.record([
        forgotten(parent, now + 5, now + 4),
        forgotten(child, now + 5),
        forgotten(other, now + 5),
        forgotten(buildTask({ id: 'vcf:none' }), 1),
      ]);
      await store.history.record([forgotten(parent, now + 9, now + 8)]);
      expect(await store.history.readPresentSourceTaskIds('vcf')).toEqual([]);
      expect((await store.history.readTasks(['vcf:1'])).get('vcf:1')).toMatchObject({
        forgottenAt: now + 5,
        task: { observedAt: now + 4 },
      });
      expect((await store.history.readForgottenChildren('vcf', ['1', '2'])).get('1')).toMatchObject([{ id: 'vcf:2', observedAt: now }]);
      const all = { createdAfter: null, createdBefore: null, atMost: 9 };
      const ids = async (choice: object) =>
        (await store.history.readForgottenTasks('vcf', { ...all, ...choice })).map(({ sourceTaskId }) => sourceTaskId);
      expect((await ids({})).at(-1)).toBe('3');
      expect(await ids({ atMost: 2 })).toHaveLength(2);
      expect(await ids({ createdAfter: parent.createdAt })).toHaveLength(2);
      expect(await ids({ createdAfter: (parent.createdAt ?? 0) + 1 })).toEqual([]);
      expect(await ids({ createdBefore: parent.createdAt })).toEqual([]);
      expect(await store.history.readForgottenTasks('astra', all)).toEqual([]);
      await store.history.record([observed(parent)]);
      expect(await store.history.readPresentSourceTaskIds('vcf')).toEqual(['1']);
      expect(await ids({})).not.toContain('1');
    });

    test('untracking a task deletes its history', async () => {
      await store.history.record([observed(buildTask())]);
      await store.tracking.untrack('vcf', '1');
      expect((await store.history.readTasks(['vcf:1'])).size).toBe(0);
      expect(await readChanges('vcf:1')).toBeUndefined();
    });

    test('pruning deletes old forgotten tasks, and tasks of sources that are not configured', async () => {
      await store.history.record(['1', '2', '3'].map((sourceTaskId) => observed(buildTask({ sourceTaskId }))));
      await store.history.record([forgotten(buildTask(), now)]);
      now += 2 * hour;
      await store.prune(['vcf']);
      expect((await store.history.readTasks(['vcf:1', 'vcf:2'])).size).toBe(2);
      now += 1;
      await store.prune(['vcf']);
      expect([...(await store.history.readTasks(['vcf:1', 'vcf:2', 'vcf:3'])).keys()].toSorted()).toEqual(['vcf:2', 'vcf:3']);
      expect(await readChanges('vcf:1')).toBeUndefined();
      expect(await readChanges('vcf:2')).toHaveLength(1);
      await store.prune(['astra']);
      expect((await store.history.readTasks(['vcf:2', 'vcf:3'])).size).toBe(0);
    });

    test('durations are those of the newest successful tasks of each operation', async () => {
      const ended = (sourceTaskId: string, minutes: number, over: Partial<Task> = {}): TaskObservation =>
        observed(
          buildTask({ sourceTaskId, status: 'SUCCEEDED', operation: 'x', startedAt: start, finishedAt: start + minutes * 60_000, ...over }),
        );
      await store.history.record([
        ended('1', 1),
        ended('2', 2, { status: 'SUCCEEDED_WITH_WARNINGS' }),
        ended('3', 3, { status: 'FAILED' }),
        ended('4', 4, { operation: 'y' }),
        ended('5', 5, { operation: null }),
        ended('6', -6),
      ]);
      const operations = ['y', 'x', 'z'].map((operation) => ({ sourceName: 'vcf', operation }));
      const durations = await store.history.readDurations(operations);
      expect(durations.map((some) => some.toSorted((a, b) => a - b))).toEqual([[240_000], [60_000, 120_000], []]);
      const many = Array.from({ length: maxDurationSamples + 10 }, (_, index) => ended(`many ${index}`, index + 1));
      await store.history.record(many);
      const [newest] = await store.history.readDurations([{ sourceName: 'vcf', operation: 'x' }]);
      expect(newest).toHaveLength(maxDurationSamples);
      expect(Math.min(...(newest ?? []))).toBe(11 * 60_000);
    });

    test.each<readonly [string, readonly (readonly [number, TaskStatus])[], Partial<Task>, number | null, number | null]>([
      // When each status was seen, in minutes; what differs from a task without a start; the duration; the recorded start.
      ['from the start that was reported', [[420, 'SUCCEEDED']], { startedAt: start + 360 * minute }, 60, null],
      [
        'from the last attempt',
        [
          [0, 'RUNNING'],
          [60, 'FAILED'],
          [300, 'RUNNING'],
          [420, 'SUCCEEDED'],
        ],
        {},
        120,
        300,
      ],
      [
        'after a queue',
        [
          [0, 'QUEUED'],
          [300, 'RUNNING'],
          [420, 'SUCCEEDED'],
        ],
        {},
        120,
        300,
      ],
      [
        'with its pauses',
        [
          [0, 'PENDING'],
          [300, 'RUNNING'],
          [310, 'PAUSED'],
          [330, 'RUNNING'],
          [420, 'SUCCEEDED_WITH_WARNINGS'],
        ],
        {},
        120,
        300,
      ],
      [
        'from its creation, where it was seen soon after',
        [
          [1, 'RUNNING'],
          [420, 'SUCCEEDED'],
        ],
        {},
        420,
        null,
      ],
      [
        'from its creation, where little was missed',
        [
          [30, 'RUNNING'],
          [420, 'SUCCEEDED'],
        ],
        {},
        420,
        null,
      ],
      [
        'not where much may have been missed',
        [
          [300, 'RUNNING'],
          [420, 'SUCCEEDED'],
        ],
        {},
        null,
        null,
      ],
      ['not where only its end was seen', [[420, 'SUCCEEDED']], {}, null, null],
      [
        'not where its plane would have reported a start',
        [
          [0, 'RUNNING'],
          [420, 'SUCCEEDED'],
        ],
        { isStartReported: true },
        null,
        null,
      ],
      [
        'not where its last attempt was not seen',
        [
          [60, 'FAILED'],
          [420, 'SUCCEEDED'],
        ],
        {},
        null,
        null,
      ],
      [
        'not where it failed',
        [
          [0, 'PENDING'],
          [300, 'RUNNING'],
          [420, 'FAILED'],
        ],
        {},
        null,
        300,
      ],
    ])('the duration of a task counts %s', async (_, seen, over, minutes, recordedStart) => {
      for (const [after, status] of seen) {
        now = start + after * minute;
        const isLast = after === 420;
        await store.history.record([
          observed(buildTask({ operation: 'x', status, isFinished: isLast, finishedAt: isLast ? now : null, ...over })),
        ]);
      }
      const expected = minutes === null ? [] : [minutes * minute];
      expect(await store.history.readDurations([{ sourceName: 'vcf', operation: 'x' }])).toEqual([expected]);
      const { observedStart = null } = (await store.history.readTasks(['vcf:1'])).get('vcf:1')?.task ?? {};
      expect(observedStart).toBe(recordedStart === null ? null : start + recordedStart * minute);
    });

    test('actions are read by task, in order, and are UNKNOWN without an outcome', async () => {
      const act = (taskId: string, reason: string | null) =>
        store.actions.recordIntent({
          caller: 'c',
          mutation: 'm',
          action: 'RETRY',
          taskId,
          reason,
          statusBefore: 'FAILED',
          claimId: null,
          at: (now += 1),
        });
      const first = await act('vcf:1', 'because');
      await act('vcf:2', null);
      await act('vcf:1', null);
      await store.actions.recordOutcome(first, 'REJECTED', now);
      expect(await store.actions.readActions([])).toEqual(new Map());
      const actions = await store.actions.readActions(['vcf:1', 'vcf:3']);
      expect(actions.get('vcf:1')).toEqual([
        { action: 'RETRY', by: 'c', reason: 'because', outcome: 'REJECTED', at: start + 1 },
        { action: 'RETRY', by: 'c', reason: null, outcome: 'UNKNOWN', at: start + 3 },
      ]);
      expect(actions.get('vcf:3') ?? []).toEqual([]);
      expect(actions.has('vcf:2')).toBe(false);
      for (let count = 0; count < 105; count++) await act('vcf:4', String(count));
      const last = (await store.actions.readActions(['vcf:4'])).get('vcf:4');
      expect([last?.length, last?.at(0)?.reason, last?.at(-1)?.reason]).toEqual([100, '5', '104']);
    });

    test('refused actions do not displace sent ones, and hidden refusals are not read', async () => {
      const request = { caller: 'c', mutation: 'm', action: 'RETRY', taskId: 'vcf:5', reason: null, claimId: null } as const;
      const refuse = (appearsInTaskHistory: boolean) =>
        store.actions.recordRefusals([{ ...request, caller: 'other', at: (now += 1), refusedFor: ['DENIED'], appearsInTaskHistory }]);
      const readCallers = async () => ((await store.actions.readActions(['vcf:5'])).get('vcf:5') ?? []).map(({ by }) => by);
      for (let count = 0; count < 2; count++) await store.actions.recordIntent({ ...request, statusBefore: 'FAILED', at: (now += 1) });
      await refuse(false);
      expect(await readCallers()).toEqual(['c', 'c']);
      for (let count = 0; count < 105; count++) await refuse(true);
      expect(await readCallers()).toEqual(['c', 'c', ...Array<string>(98).fill('other')]);
      for (let count = 0; count < 99; count++) await store.actions.recordIntent({ ...request, statusBefore: 'FAILED', at: (now += 1) });
      expect(await readCallers()).toEqual(Array<string>(100).fill('c'));
    });
  });
}
