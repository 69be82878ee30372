import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { failoverMs } from '../../../src/replication/failover.js';
import { build, cleanUp } from '../gateway-process.js';
import { postgres } from '../../store/postgres-server.js';
import { pollMs, ReplicaSite } from '../../replication/replica-site.js';
import type { Json } from '../../support/post.js';
import { waitUntil } from '../../support/wait-until.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { ReplicaProcess } from './replica-process.js';

const tasks = 'subscription { tasksChanged { kind task { id status } } }';
const finals = { SUCCESSFUL: 'SUCCEEDED', FAILED: 'FAILED', CANCELLED: 'CANCELLED' } as const;

describeWith(postgres)('three processes with one database', () => {
  let site: ReplicaSite;
  let all: ReplicaProcess[];
  let events: Json[][];
  beforeAll(async () => {
    build();
    // Killed processes leave claims behind, and the others wait for those.
    site = await ReplicaSite.start(2_000);
  });
  beforeEach(async () => {
    await site.renew();
    all = await Promise.all(Array.from({ length: 3 }, () => ReplicaProcess.start(site.configuration)));
    events = await Promise.all(all.map((one) => one.watch(tasks)));
    await waitUntil(() => all.every(({ role }) => role === 'polls' || role === 'follows'), 'that each has its role');
    await waitForFirstEvents();
  });
  afterEach(async () => {
    for (const one of all) one.stopWatching();
    await cleanUp();
    site.plane.clear();
  });
  afterAll(() => site.close());

  /** A process reports no changes before its first list. Waits until each has reported one. */
  async function waitForFirstEvents(): Promise<void> {
    for (let count = 0; count < 100 && events.some(({ length }) => length === 0); count++) {
      site.task('SUCCESSFUL');
      const { length } = site.reads;
      await waitUntil(() => site.reads.length > length, 'a poll');
    }
  }

  const polling = (): ReplicaProcess[] => all.filter(({ role }) => role === 'polls');
  const statuses = (of: readonly Json[], id: string): readonly string[] =>
    of.filter(({ task }) => task.id === id).map(({ task }) => task.status);

  /** Starts and finishes tasks; returns their final statuses by id. */
  async function finishTasks(count: number): Promise<ReadonlyMap<string, string>> {
    const ends = Object.keys(finals) as (keyof typeof finals)[];
    const expected = new Map<string, string>();
    for (let index = 0; index < count; index++) {
      const id = site.task('IN_PROGRESS');
      const end = ends[index % ends.length] ?? 'FAILED';
      const { length } = site.reads;
      await waitUntil(() => site.reads.length > length || index % 5 !== 0, 'a poll');
      site.plane.setTask(id.slice('vcf:'.length), { status: end });
      expected.set(id, finals[end]);
    }
    return expected;
  }

  /** Expects every subscriber to have got the end of every task, and nothing of the task after it. */
  async function expectEnds(watchers: readonly (readonly Json[])[], expected: ReadonlyMap<string, string>): Promise<void> {
    for (const watcher of watchers) {
      await waitUntil(() => [...expected].every(([id, end]) => statuses(watcher, id).at(-1) === end), 'the end of every task');
      for (const [id, end] of expected) expect(statuses(watcher, id).indexOf(end)).toBe(statuses(watcher, id).length - 1);
    }
  }

  test('poll the plane as often as one process does', async () => {
    expect(polling()).toHaveLength(1);
    site.task('IN_PROGRESS');
    const begun = performance.now();
    site.plane.server.calls.length = 0;
    await waitUntil(() => site.reads.length >= 20, 'twenty polls');
    const polls = (performance.now() - begun) / (0.9 * pollMs) + 1;
    expect(site.reads.length).toBeLessThanOrEqual(Math.ceil(polls));
    expect(polling()).toHaveLength(1);
  });

  test('when the leader is killed, another takes over within 10 seconds and no end of a task is missed', async () => {
    const before = await finishTasks(10);
    await expectEnds(events, before);
    const [killed] = polling();
    killed?.kill();
    const begun = performance.now();
    const left = all.filter((one) => one !== killed);
    const during = await finishTasks(1);
    await waitUntil(() => left.some(({ role }) => role === 'polls'), 'that another polls');
    expect(performance.now() - begun).toBeLessThan(failoverMs);
    const after = await finishTasks(10);
    const watchers = events.filter((_, index) => all[index] !== killed);
    await expectEnds(watchers, new Map([...before, ...during, ...after]));
    expect(left.filter(({ role }) => role === 'polls')).toHaveLength(1);
  });

  test('when the database is away for a while, no end of a task is missed and one leads again', async () => {
    const before = await finishTasks(5);
    await site.database.kill();
    const during = await finishTasks(10);
    await waitUntil(() => all.every(({ role }) => role === 'alone'), 'that each polls for itself');
    await expectEnds(events, new Map([...before, ...during]));
    await site.database.resume();
    await waitUntil(() => polling().length === 1 && all.every(({ role }) => role !== 'alone'), 'that one polls');
    const after = await finishTasks(10);
    await expectEnds(events, new Map([...before, ...during, ...after]));
  });

  test('no action is sent twice, through any process, even when the leader dies', async () => {
    const ids = Array.from({ length: 30 }, () => site.task('FAILED'));
    const pending = ids.flatMap((id, index) => all.map((one) => one.retry(id, index % 2 === 0 ? `key-${index}` : null)));
    const [killed] = polling();
    await waitUntil(() => ids.some((id) => site.sent(id).length > 0), 'the first action');
    killed?.kill();
    await Promise.allSettled(pending);
    const left = all.filter((one) => one !== killed);
    await Promise.allSettled(ids.flatMap((id, index) => left.map((one) => one.retry(id, `key-${index}`))));
    expect(ids.filter((id) => site.sent(id).length > 1)).toEqual([]);
    expect(ids.filter((id) => site.sent(id).length === 1).length).toBeGreaterThan(0);
  });
});
