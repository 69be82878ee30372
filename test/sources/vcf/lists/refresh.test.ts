import { expect, test } from '@jest/globals';

import type { PlaneRequest } from '../../../../src/sources/simulation/plane-server.js';
import type { RefreshResponse } from '../../../../src/sources/source.js';
import { type Plane, request, type Routes, withPlane, wireTask } from '../plane.js';
import { buildPlaneError } from '../../../support/plane-errors.js';

/** A plane that pages its tasks, newest first unless it is told otherwise; the test changes them as it goes. */
class Site {
  tasks: Record<string, unknown>[];
  credentials: Record<string, unknown>[] = [];
  base: 0 | 1 = 1;
  /** How many tasks the plane says that it has; null: as many as it has. */
  counted: number | null = null;
  /** Whether the plane refuses pages that it does not have. */
  refusesMissingPages = false;
  /** Whether the plane says which page it sends, and how many there are. */
  numbersPages = true;
  /** What a proxy in front of the plane answers to every page but the first. */
  proxyStatus: number | null = null;

  constructor(count: number) {
    this.tasks = Array.from({ length: count }, (_, place) => taskAt(`t-${count - place}`, count - place));
  }

  /** Changes the task at a place, 0 the newest. */
  set(place: number, more: Readonly<Record<string, unknown>>): string {
    const task = { ...this.tasks[place], ...more };
    this.tasks[place] = task;
    return String(task['id']);
  }

  get routes(): Routes {
    return ({ path, query }) => {
      if (path === '/v1/credentials/tasks') return { status: 200, body: { elements: this.credentials } };
      const page = Number(query.get('pageNumber') ?? this.base);
      if (path === '/v1/tasks' && this.proxyStatus !== null && query.has('pageNumber'))
        return { status: this.proxyStatus, headers: { 'content-type': 'text/html' }, body: '<html>Not here</html>' };
      if (path === '/v1/tasks' && this.refusesMissingPages && (page - this.base) * 100 >= this.tasks.length)
        return { status: 400, body: buildPlaneError('vcf', 400) };
      if (path === '/v1/tasks') return { status: 200, body: this.#page(page) };
      const one = this.tasks.find(({ id }) => path === `/v1/tasks/${String(id)}`);
      return one === undefined ? undefined : { status: 200, body: one };
    };
  }

  #page(pageNumber: number): unknown {
    const elements = this.tasks.slice((pageNumber - this.base) * 100, (pageNumber - this.base + 1) * 100);
    const totalElements = this.counted ?? this.tasks.length;
    if (!this.numbersPages) return { elements, pageMetadata: { totalElements } };
    return { elements, pageMetadata: { pageNumber, pageSize: elements.length, totalElements, totalPages: Math.ceil(totalElements / 100) } };
  }
}

const taskAt = (id: string, second: number, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  wireTask(id, { creationTimestamp: new Date(Date.UTC(2026, 10, 1) + second * 1_000).toISOString(), ...more });

const running = { status: 'In Progress' };

/** Reads the list once, then lets the test change the site and says what a refresh brings and costs. */
async function afterOneList(
  site: Site,
  run: (
    refresh: (idsToRecheck?: readonly string[]) => Promise<{ refreshed: RefreshResponse; calls: readonly string[] }>,
    plane: Plane,
  ) => Promise<void>,
): Promise<void> {
  await withPlane(site.routes, async (plane) => {
    await plane.source.list(request());
    await run(async (idsToRecheck = []) => {
      plane.server.calls.length = 0;
      const refreshed = await plane.source.refresh({ ...request(), idsToRecheck });
      return { refreshed, calls: plane.server.calls.map(callOf).toSorted() };
    }, plane);
  });
}

const callOf = ({ path, query }: PlaneRequest): string => `${path}${query.has('pageNumber') ? ` ${query.get('pageNumber')}` : ''}`;
const idsOf = ({ list }: RefreshResponse): readonly string[] => list.tasks.map((task) => task.sourceTaskId);

test('of 10,000 finished tasks and 20 running ones among the newest, a refresh takes two calls', async () => {
  const site = new Site(10_000);
  const unsettled = Array.from({ length: 20 }, (_, place) => site.set(place * 4, running));
  await afterOneList(site, async (refresh) => {
    const { refreshed, calls } = await refresh(unsettled);
    expect(calls).toEqual(['/v1/credentials/tasks', '/v1/tasks']);
    expect(refreshed).toMatchObject({
      kind: 'delta',
      goneIds: [],
      list: { isComplete: true, unchangedIds: [], unreadIds: [], problem: null },
    });
    expect(idsOf(refreshed)).toHaveLength(100);
  });
});

test.each([0, 1] as const)('with the running ones on k older pages, at most 2 + k, where pages count from %d', async (base) => {
  const site = new Site(3_000);
  site.base = base;
  // Two pages with several, one page with a single one.
  const unsettled = [110, 115, 199, 820, 821, 2_999].map((place) => site.set(place, running));
  await afterOneList(site, async (refresh) => {
    const { refreshed, calls } = await refresh(unsettled);
    expect(calls).toEqual(
      [
        '/v1/credentials/tasks',
        '/v1/tasks',
        `/v1/tasks ${base + 1}`,
        `/v1/tasks ${base + 8}`,
        `/v1/tasks/${unsettled[5] ?? ''}`,
      ].toSorted(),
    );
    expect(idsOf(refreshed)).toEqual(expect.arrayContaining(unsettled));
  });
});

test('new tasks are read page by page, until a known one comes', async () => {
  const site = new Site(1_000);
  await afterOneList(site, async (refresh) => {
    site.tasks.unshift(...Array.from({ length: 150 }, (_, place) => taskAt(`n-${place}`, 2_000 - place)));
    const first = await refresh();
    expect(first.calls).toEqual(['/v1/credentials/tasks', '/v1/tasks', '/v1/tasks 2']);
    expect(idsOf(first.refreshed)).toHaveLength(200);
    // What was new is known from then on, and stands where it stands.
    const second = await refresh([site.set(160, running), site.set(161, running)]);
    expect(second.calls).toEqual(['/v1/credentials/tasks', '/v1/tasks', '/v1/tasks 2']);
  });
});

test('a plane that is not newest-first is read in full, always', async () => {
  const site = new Site(300);
  site.tasks.reverse();
  await afterOneList(site, async (refresh) => {
    for (let round = 0; round < 2; round++) {
      const { refreshed, calls } = await refresh();
      expect(calls).toHaveLength(4);
      expect(refreshed).toMatchObject({ kind: 'complete', list: { isComplete: true } });
    }
  });
});

test('a plane whose order changes is read in full at once, and so is one that reports more tasks than the index', async () => {
  const site = new Site(500);
  await afterOneList(site, async (refresh) => {
    site.tasks.reverse();
    expect(await refresh()).toMatchObject({ refreshed: { kind: 'complete' }, calls: { length: 6 } });
    site.tasks.reverse();
    expect(await refresh()).toMatchObject({ refreshed: { kind: 'complete' } });
    expect(await refresh()).toMatchObject({ refreshed: { kind: 'delta' } });
    site.tasks.splice(250, 0, taskAt('hidden', 250.5));
    const { refreshed } = await refresh();
    expect(refreshed.kind).toBe('complete');
    expect(idsOf(refreshed)).toContain('hidden');
  });
});

test('one that reports fewer tasks than the index is read in full at once: tasks of older pages are gone', async () => {
  const site = new Site(500);
  await afterOneList(site, async (refresh) => {
    expect(await refresh()).toMatchObject({ refreshed: { kind: 'delta' } });
    site.tasks.splice(230, 5);
    // Of those among the newest, it is known by their ids that they are gone.
    site.tasks.splice(3, 1);
    const { refreshed } = await refresh();
    expect(refreshed).toMatchObject({ kind: 'complete', list: { isComplete: true } });
    expect(idsOf(refreshed)).toHaveLength(494);
    expect(await refresh()).toMatchObject({ refreshed: { kind: 'delta' } });
  });
});

test('a plane that always counts too few is compared with its own count', async () => {
  const site = new Site(450);
  site.base = 0;
  site.counted = 420;
  await afterOneList(site, async (refresh) => {
    for (let round = 0; round < 2; round++) expect(await refresh()).toMatchObject({ refreshed: { kind: 'delta' } });
    site.counted = 419;
    expect(await refresh()).toMatchObject({ refreshed: { kind: 'complete' } });
    expect(await refresh()).toMatchObject({ refreshed: { kind: 'delta' } });
  });
});

test.each([
  ['fewer than are known', 350, 100, 'has no more pages'],
  ['fewer than are known, and the last page is full', 300, 100, 'has no more pages'],
  ['fewer than it sends', 300, 60, 'has no more pages'],
  ['none at all', 300, 0, 'refuses pages that it does not have'],
] as const)('a plane that counts %s is read until a page is not full: %d tasks, %d counted, it %s', async (_what, count, counted, end) => {
  for (const base of [0, 1] as const) {
    const site = new Site(count);
    site.base = base;
    site.refusesMissingPages = end !== 'has no more pages';
    await withPlane(site.routes, async ({ source }) => {
      expect((await source.list(request())).tasks).toHaveLength(count);
      site.counted = counted;
      const list = await source.list(request());
      expect(list).toMatchObject({ isComplete: true, problem: null });
      expect(list.tasks.length + list.unchangedIds.length).toBe(count);
    });
  }
});

test('a plane that counts too few and does not number its pages is read to the end, even if page 1 is the first page', async () => {
  for (const base of [0, 1] as const) {
    const site = new Site(250);
    site.base = base;
    site.numbersPages = false;
    await withPlane(site.routes, async ({ source }) => {
      expect((await source.list(request())).tasks).toHaveLength(250);
      site.counted = 90;
      const list = await source.list(request());
      expect(list).toMatchObject({ isComplete: true, problem: null });
      expect(list.tasks.length + list.unchangedIds.length).toBe(250);
    });
  }
});

test.each([400, 404, 416])('a page of a proxy with status %d is not the end of a list that the plane counts too low', async (status) => {
  const site = new Site(250);
  await withPlane(site.routes, async ({ source }) => {
    expect((await source.list(request())).tasks).toHaveLength(250);
    site.counted = 90;
    site.proxyStatus = status;
    expect(await source.list(request())).toMatchObject({ isComplete: false, problem: { kind: 'HTTP_STATUS', httpStatus: status } });
  });
});

test('a task that is missing among the newest is read by id, and removed if it is absent', async () => {
  const site = new Site(500);
  await afterOneList(site, async (refresh) => {
    const [{ id }] = site.tasks.splice(7, 1) as [Record<string, unknown>];
    const { refreshed, calls } = await refresh();
    expect(calls).toEqual(['/v1/credentials/tasks', '/v1/tasks', `/v1/tasks/${String(id)}`]);
    expect(refreshed).toMatchObject({ kind: 'delta', goneIds: [id] });
    expect((await refresh()).calls).toEqual(['/v1/credentials/tasks', '/v1/tasks']);
  });
});

test('a task that has moved to another page is found by its id', async () => {
  const site = new Site(500);
  const unsettled = [298, 299].map((place) => site.set(place, running));
  await afterOneList(site, async (refresh, plane) => {
    plane.server.fault = (call, handle) => {
      const answer = handle();
      if (call.path === '/v1/tasks' && !call.query.has('pageNumber')) site.tasks.unshift(taskAt('late', 3_000));
      return answer;
    };
    const { refreshed, calls } = await refresh(unsettled);
    expect(calls).toContain(`/v1/tasks/${unsettled[1] ?? ''}`);
    expect(idsOf(refreshed)).toEqual(expect.arrayContaining(unsettled));
  });
});

test('tasks that could not be read are named as unread, and a refusal of the credentials fails the refresh', async () => {
  const site = new Site(500);
  const [one, two] = [site.set(150, running), site.set(250, running)];
  await afterOneList(site, async (refresh, plane) => {
    plane.server.fault = (call, handle) => (call.path.endsWith(one) ? { status: 500, body: { referenceToken: 'ONE' } } : handle());
    const { refreshed } = await refresh([one, two]);
    expect(refreshed).toMatchObject({
      kind: 'delta',
      goneIds: [],
      list: { isComplete: false, unchangedIds: [], unreadIds: [one], problem: { referenceToken: 'ONE' } },
    });
    expect(idsOf(refreshed)).toContain(two);
    plane.server.fault = (call, handle) => (call.path.endsWith(one) ? { status: 403, body: buildPlaneError('vcf', 403) } : handle());
    await expect(refresh([one, two])).rejects.toMatchObject({ problem: { kind: 'FORBIDDEN' } });
  });
});

test('a finished task of an older page is read again when its credentials task changes', async () => {
  const site = new Site(500);
  const id = String(site.tasks[400]?.['id']);
  site.credentials = [wireTask(id, { type: 'ROTATE' }), wireTask('only', { type: 'ROTATE' })];
  await afterOneList(site, async (refresh) => {
    expect((await refresh()).calls).toEqual(['/v1/credentials/tasks', '/v1/tasks']);
    site.credentials = [wireTask(id, { type: 'ROTATE', status: 'FAILED' })];
    const { refreshed, calls } = await refresh();
    expect(calls).toEqual(['/v1/credentials/tasks', '/v1/tasks', '/v1/tasks/only', `/v1/tasks/${id}`]);
    expect(idsOf(refreshed)).toContain(id);
    expect(refreshed).toMatchObject({ kind: 'delta', goneIds: ['only'] });
  });
});
