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

  /** Both have a subscriber, and `one` leads. */
  async function watchBoth(query: string): Promise<readonly [Json[], Json[]]> {
    const events = await one.watch(query);
    await one.becomes('polls');
    const others = await other.watch(query);
    await waitUntil(() => [one.role, other.role].toSorted().join() === 'follows,polls', 'a leader and a follower');
    // A machine that is busy for seconds may have lost the session of the first one.
    if (one.role === 'polls') return [events, others];
    [one, other] = [other, one];
    return [others, events];
  }

  /** Afterwards a task that is new at the plane is new to the replica, too: without a list, its first read as leader is the baseline. */
  const readList = (replica: Replica): Promise<Json> => replica.graphql('{ tasks(first: 0) { totalCount } }');

  const statusesOf = (events: readonly Json[], id: string) =>
    events.filter((event) => event.task?.id === id).map(({ task }) => task.status);

  test('the leader polls, and the subscribers of the follower get the same events', async () => {
    const [events, others] = await watchBoth(tasks);
    const id = site.task('IN_PROGRESS');
    await waitUntil(() => statusesOf(events, id).length === 1 && statusesOf(others, id).length > 0, 'the new task');
    site.plane.setTask(id.slice(4), { status: 'SUCCESSFUL' });
    await waitUntil(() => statusesOf(events, id).length === 2 && statusesOf(others, id).length === 2, 'its end');
    expect(others).toEqual(events);
    expect(statusesOf(others, id)).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('the leader also polls the single task that a subscriber of the follower follows', async () => {
    const id = site.task('IN_PROGRESS');
    const third = site.task('IN_PROGRESS');
    await one.watch(`subscription { taskChanged(id: "${third}") { kind task { id status } } }`);
    await one.becomes('polls');
    const events = await other.watch(`subscription { taskChanged(id: "${id}") { kind task { id status } } }`);
    await other.becomes('follows');
    site.plane.setTask(id.slice(4), { status: 'FAILED' });
    await waitUntil(() => statusesOf(events, id).length === 2, 'the end of the task');
    expect(events.slice(0, 2)).toEqual([
      { kind: 'CURRENT', task: { id, status: 'RUNNING' } },
      { kind: 'UPDATED', task: { id, status: 'FAILED' } },
    ]);
  });

  test('a task that its plane no longer has is gone for the subscribers of both', async () => {
    const id = site.task('IN_PROGRESS');
    const [events, others] = await watchBoth(tasks);
    await waitUntil(() => site.reads.length > 2, 'a poll');
    site.plane.removeTask(id.slice(4));
    for (const each of [events, others]) {
      await waitUntil(() => each.some(({ kind, task }) => kind === 'GONE' && task.id === id), 'that it is gone');
    }
  });

  test('the health of the source reaches the subscribers of both', async () => {
    const [events, others] = await watchBoth(health);
    await waitUntil(() => events.length > 0 && others.length > 0, 'that it answers');
    site.plane.server.fault = () => ({ status: 500 });
    for (const each of [events, others]) await waitUntil(() => each.at(-1)?.health.status === 'DOWN', 'that it fails');
    site.plane.server.fault = null;
    for (const each of [events, others]) await waitUntil(() => each.at(-1)?.health.status === 'UP', 'that it answers again');
  });

  test('when the leader loses its subscribers, the follower takes over', async () => {
    const [, others] = await watchBoth(tasks);
    await readList(other);
    await one.releaseConnection();
    await other.becomes('polls');
    await one.becomes('idle');
    const id = site.task('IN_PROGRESS');
    await waitUntil(() => statusesOf(others, id).length > 0, 'the new task');
  });

  test('when the leader is closed, the follower takes over', async () => {
    const [, others] = await watchBoth(tasks);
    await readList(other);
    await one.close();
    await other.becomes('polls');
    const id = site.task('IN_PROGRESS');
    await waitUntil(() => statusesOf(others, id).length > 0, 'the new task');
  });

  test('the effect of an action through the follower reaches all subscribers without a poll', async () => {
    const id = site.task('FAILED');
    const [events] = await watchBoth(tasks);
    await waitUntil(() => site.reads.length > 2, 'a poll');
    site.plane.server.fault = (call, handle) => (call.path === '/v1/tasks' ? 'silence' : handle());
    expect(await other.retry(id)).toMatchObject({ outcome: 'ACCEPTED' });
    site.plane.setTask(id.slice(4), { status: 'IN_PROGRESS' });
    await other.graphql(`{ task(id: "${id}") { status } }`);
    await waitUntil(() => statusesOf(events, id).includes('RUNNING'), 'that it runs');
  });

  test('no secret of a task enters the database, and both show the task alike', async () => {
    const [events, others] = await watchBoth(tasks);
    await waitUntil(() => site.reads.length > 2, 'a poll');
    const id = `vcf:${site.plane.addCredentialsTask({ status: 'FAILED', adminPassword: 'canary-1', nested: { apiKey: 'canary-2' } })}`;
    for (const each of [events, others]) await waitUntil(() => statusesOf(each, id).length === 1, 'the credentials task');
    const shared = await site.shared();
    expect(shared).toContain(id);
    expect(shared).not.toContain('canary');
    expect(JSON.stringify(events)).toContain('[removed]');
    expect(others).toEqual(events);
  });

  test('without the database each polls alone; when it is back one leads, and no event was missed', async () => {
    const [events, others] = await watchBoth(tasks);
    const early = site.task('IN_PROGRESS');
    for (const each of [events, others]) await waitUntil(() => statusesOf(each, early).length === 1, 'the early task');
    await site.database.kill();
    site.plane.setTask(early.slice(4), { status: 'FAILED' });
    const late = site.task('SUCCESSFUL');
    for (const each of [events, others]) await waitUntil(() => statusesOf(each, late).length === 1, 'the late task');
    expect([one.role, other.role]).toEqual(['alone', 'alone']);
    await site.database.resume();
    await waitUntil(() => [one.role, other.role].toSorted().join() === 'follows,polls', 'a leader and a follower');
    const last = site.task('IN_PROGRESS');
    for (const each of [events, others]) {
      await waitUntil(() => statusesOf(each, last).length === 1, 'the last task');
      expect([statusesOf(each, early), statusesOf(each, late)]).toEqual([['RUNNING', 'FAILED'], ['SUCCEEDED']]);
    }
  });
});
