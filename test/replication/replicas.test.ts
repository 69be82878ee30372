import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { Json } from '../support/post.js';
import { waitUntil } from '../support/wait-until.js';
import { describeWith } from '../support/describe-with-tool.js';
import { postgres } from '../store/postgres-server.js';
import { type Replica, ReplicaSite } from './replica-site.js';

const tasks = 'subscription { tasksChanged { kind task { id status name raw } } }';
const health = 'subscription { taskSourceHealthChanged { health { status problem { kind } } } }';

describeWith(postgres)('two gateways with one database', () => {
  let site: ReplicaSite;
  let one: Replica;
  let other: Replica;
  beforeAll(async () => {
    site = await ReplicaSite.start();
  });
  beforeEach(async () => {
    await site.renew();
    [one, other] = [await site.replica(), await site.replica()];
  });
  afterEach(async () => {
    await site.closeReplicas();
    site.plane.clear();
  });
  afterAll(() => site.close());

  /** Both are watched; `one` polls. */
  async function bothWatched(query: string): Promise<readonly [Json[], Json[]]> {
    const events = await one.watch(query);
    await one.becomes('polls');
    const others = await other.watch(query);
    await other.becomes('follows');
    return [events, others];
  }

  const seen = (events: readonly Json[], id: string) => events.filter((event) => event.task?.id === id).map(({ task }) => task.status);

  test('one of them polls; those who watch the other are told the same', async () => {
    const [events, others] = await bothWatched(tasks);
    const id = site.task('IN_PROGRESS');
    await waitUntil(() => seen(events, id).length === 1 && seen(others, id).length === 1, 'the new task');
    site.plane.setTask(id.slice(4), { status: 'SUCCESSFUL' });
    await waitUntil(() => seen(events, id).length === 2 && seen(others, id).length === 2, 'its end');
    expect(others).toEqual(events);
    expect(seen(others, id)).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('what the other one follows is polled for it, a task by itself as well as a list', async () => {
    const id = site.task('IN_PROGRESS');
    const third = site.task('IN_PROGRESS');
    await one.watch(`subscription { taskChanged(id: "${third}") { kind task { id status } } }`);
    await one.becomes('polls');
    const events = await other.watch(`subscription { taskChanged(id: "${id}") { kind task { id status } } }`);
    await other.becomes('follows');
    site.plane.setTask(id.slice(4), { status: 'FAILED' });
    await waitUntil(() => seen(events, id).length === 2, 'the end of the task');
    expect(events.slice(0, 2)).toEqual([
      { kind: 'CURRENT', task: { id, status: 'RUNNING' } },
      { kind: 'UPDATED', task: { id, status: 'FAILED' } },
    ]);
  });

  test('a task that its plane no longer has is gone for both', async () => {
    const id = site.task('IN_PROGRESS');
    const [events, others] = await bothWatched(tasks);
    await waitUntil(() => site.reads.length > 2, 'a poll');
    site.plane.removeTask(id.slice(4));
    for (const each of [events, others]) {
      await waitUntil(() => each.some(({ kind, task }) => kind === 'GONE' && task.id === id), 'that it is gone');
    }
  });

  test('how the plane answers is told to both', async () => {
    const [events, others] = await bothWatched(health);
    await waitUntil(() => events.length === 1 && others.length === 1, 'that it answers');
    site.plane.server.fault = () => ({ status: 500 });
    for (const each of [events, others]) await waitUntil(() => each.at(-1)?.health.status === 'DOWN', 'that it fails');
    site.plane.server.fault = null;
    for (const each of [events, others]) await waitUntil(() => each.at(-1)?.health.status === 'UP', 'that it answers again');
  });

  test('when nobody watches the one that polls, the other takes over', async () => {
    const [, others] = await bothWatched(tasks);
    await one.releaseConnection();
    await other.becomes('polls');
    await one.becomes('idle');
    const id = site.task('IN_PROGRESS');
    await waitUntil(() => seen(others, id).length === 1, 'the new task');
  });

  test('when the one that polls is closed, the other takes over', async () => {
    const [, others] = await bothWatched(tasks);
    await one.close();
    await other.becomes('polls');
    const id = site.task('IN_PROGRESS');
    await waitUntil(() => seen(others, id).length === 1, 'the new task');
  });

  test('what a mutation of the other one does is told to all at once', async () => {
    const id = site.task('FAILED');
    const [events] = await bothWatched(tasks);
    await waitUntil(() => site.reads.length > 2, 'a poll');
    site.plane.server.fault = (call, handle) => (call.path === '/v1/tasks' ? 'silence' : handle());
    expect(await other.retry(id)).toMatchObject({ outcome: 'ACCEPTED' });
    site.plane.setTask(id.slice(4), { status: 'IN_PROGRESS' });
    await other.graphql(`{ task(id: "${id}") { status } }`);
    await waitUntil(() => seen(events, id).includes('RUNNING'), 'that it runs');
  });

  test('no secret of a task reaches the database, and who takes it from there shows the same', async () => {
    const [events, others] = await bothWatched(tasks);
    await waitUntil(() => site.reads.length > 2, 'a poll');
    const id = `vcf:${site.plane.addCredentialsTask({ status: 'FAILED', adminPassword: 'canary-1', nested: { apiKey: 'canary-2' } })}`;
    for (const each of [events, others]) await waitUntil(() => seen(each, id).length === 1, 'the credentials task');
    const shared = await site.shared();
    expect(shared).toContain(id);
    expect(shared).not.toContain('canary');
    expect(JSON.stringify(events)).toContain('[removed]');
    expect(others).toEqual(events);
  });

  test('while the database is away each polls for itself; when it is back, one does, and nothing was missed', async () => {
    const [events, others] = await bothWatched(tasks);
    const early = site.task('IN_PROGRESS');
    for (const each of [events, others]) await waitUntil(() => seen(each, early).length === 1, 'the early task');
    await site.database.kill();
    site.plane.setTask(early.slice(4), { status: 'FAILED' });
    const late = site.task('SUCCESSFUL');
    for (const each of [events, others]) await waitUntil(() => seen(each, late).length === 1, 'the late task');
    expect([one.role, other.role]).toEqual(['alone', 'alone']);
    await site.database.resume();
    await Promise.all([one.becomes('polls', 'follows'), other.becomes('polls', 'follows')]);
    expect([one.role, other.role].toSorted()).toEqual(['follows', 'polls']);
    const last = site.task('IN_PROGRESS');
    for (const each of [events, others]) {
      await waitUntil(() => seen(each, last).length === 1, 'the last task');
      expect([seen(each, early), seen(each, late)]).toEqual([['RUNNING', 'FAILED'], ['SUCCEEDED']]);
    }
  });
});
