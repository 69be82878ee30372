import { expect, test } from '@jest/globals';

import type { PlaneResponse, PlaneRequest } from '../../../../src/sources/simulation/plane-server.js';
import type { ListResponse } from '../../../../src/sources/source.js';
import { request, withPlane, wireTask } from '../plane.js';
import { buildPlaneError } from '../../../support/plane-errors.js';

const ids = (count: number, from = 0): string[] => Array.from({ length: count }, (_, place) => `t-${from + place}`);
const idsOf = (answer: ListResponse): string[] => answer.tasks.map((reading) => reading.sourceTaskId);

/** A paging plane over these ids; `all` may change between calls. */
function paged(all: () => readonly string[], base: 0 | 1, metadata: 'with metadata' | 'with metadata as texts' | 'without metadata') {
  return (call: PlaneRequest): PlaneResponse | undefined => {
    if (call.path !== '/v1/tasks') return undefined;
    const page = Number(call.query.get('pageNumber') ?? base);
    const size = Number(call.query.get('pageSize'));
    const now = all();
    const elements = now.slice((page - base) * size, (page - base + 1) * size).map((id) => wireTask(id));
    const pageMetadata = {
      pageNumber: page,
      pageSize: elements.length,
      totalElements: now.length,
      totalPages: Math.ceil(now.length / size),
    };
    if (metadata === 'without metadata') return { status: 200, body: { elements } };
    const texts = Object.fromEntries(Object.entries(pageMetadata).map(([name, value]) => [name, String(value)]));
    return { status: 200, body: { elements, pageMetadata: metadata === 'with metadata' ? pageMetadata : texts } };
  };
}

const pageNumbers = (calls: readonly PlaneRequest[]): (string | null)[] => calls.map((call) => call.query.get('pageNumber'));

test.each([
  [0, 'with metadata'],
  [1, 'with metadata'],
  [0, 'with metadata as texts'],
  [1, 'with metadata as texts'],
] as const)('all pages are read where they count from %d, the first without a number, %s', async (base, metadata) => {
  const all = ids(250);
  await withPlane(
    paged(() => all, base, metadata),
    async (plane) => {
      const answer = await plane.source.list(request());
      expect(idsOf(answer).toSorted()).toEqual(all.toSorted());
      expect(answer).toMatchObject({ isComplete: true, malformedCount: 0, problem: null, unchangedIds: [], unreadIds: [] });
      const calls = plane.callsTo('/v1/tasks');
      expect(pageNumbers(calls)).toEqual([null, String(base + 1), String(base + 2)]);
      expect(calls.every((call) => call.query.get('pageSize') === '100')).toBe(true);
      expect(plane.callsTo('/v1/credentials/tasks')).toHaveLength(1);
    },
  );
});

test.each([0, 1, 100, 101])('%d tasks take the fewest calls', async (count) => {
  await withPlane(
    paged(() => ids(count), 0, 'with metadata'),
    async (plane) => {
      expect(idsOf(await plane.source.list(request()))).toHaveLength(count);
      expect(plane.callsTo('/v1/tasks')).toHaveLength(Math.max(1, Math.ceil(count / 100)));
      expect(plane.source.estimateListCalls(count)).toBe(Math.max(1, Math.ceil(count / 100)) + 1);
    },
  );
});

test.each([
  [0, 99, [null]],
  [0, 100, [null, '1']],
  [0, 230, [null, '1', '2']],
  [1, 100, [null, '1', '2']],
  [1, 230, [null, '1', '2', '3']],
] as const)('without metadata, from %d, %d tasks are found by asking on', async (base, count, pages) => {
  await withPlane(
    paged(() => ids(count), base, 'without metadata'),
    async (plane) => {
      const answer = await plane.source.list(request());
      expect(idsOf(answer)).toEqual(ids(count));
      expect(answer.isComplete).toBe(true);
      expect(pageNumbers(plane.callsTo('/v1/tasks'))).toEqual(pages);
    },
  );
});

test.each([
  [42, 1],
  [100, 3],
  [350, 1],
])('a plane without paging lists its %d tasks in %d calls', async (count, calls) => {
  const routes = (call: PlaneRequest) =>
    call.path === '/v1/tasks' ? { status: 200, body: { elements: ids(count).map((id) => wireTask(id)) } } : undefined;
  await withPlane(routes, async (plane) => {
    const answer = await plane.source.list(request());
    expect(idsOf(answer)).toEqual(ids(count));
    expect(answer.isComplete).toBe(true);
    expect(plane.callsTo('/v1/tasks')).toHaveLength(calls);
  });
});

test('a task that moves to the next page is listed once, and the added page is read too', async () => {
  let all = ids(200);
  const routes = paged(() => all, 0, 'with metadata');
  await withPlane(
    (call) => {
      const answer = routes(call);
      if (call.path === '/v1/tasks' && !call.query.has('pageNumber')) all = ['new', ...all];
      return answer;
    },
    async (plane) => {
      const answer = await plane.source.list(request());
      expect(idsOf(answer).toSorted()).toEqual(ids(200).toSorted());
      expect(pageNumbers(plane.callsTo('/v1/tasks'))).toEqual([null, '1', '2']);
      expect(answer.isComplete).toBe(false); // The new one was pushed in front of what had been read.
    },
  );
});

test('a page without new tasks ends the list, which is then not complete', async () => {
  const first = ids(100).map((id) => wireTask(id));
  const pageMetadata = { pageNumber: 0, pageSize: 100, totalElements: 99_900, totalPages: 999 };
  const routes = (call: PlaneRequest) => (call.path === '/v1/tasks' ? { status: 200, body: { elements: first, pageMetadata } } : undefined);
  await withPlane(routes, async (plane) => {
    const answer = await plane.source.list(request());
    expect(idsOf(answer)).toEqual(ids(100));
    expect(answer.isComplete).toBe(false);
    expect(plane.callsTo('/v1/tasks').length).toBeLessThanOrEqual(5);
  });
});

test.each([
  [{ maxPages: 2 }, 200, 2],
  [{ maxItems: 150 }, 150, 5],
])('a limit cuts the list, which is then not complete: %j', async (limits, count, calls) => {
  await withPlane(
    paged(() => ids(500), 1, 'with metadata'),
    async (plane) => {
      const answer = await plane.source.list(request());
      expect(answer.tasks).toHaveLength(count);
      expect(answer.isComplete).toBe(false);
      expect(plane.callsTo('/v1/tasks').length).toBeLessThanOrEqual(calls);
    },
    limits,
  );
});

test.each([{ maxPages: 5 }, { maxItems: 500 }, { maxPages: 0, maxItems: 0 }])(
  'a limit that is reached exactly cuts nothing: %j',
  async (limits) => {
    await withPlane(
      paged(() => ids(500), 1, 'with metadata'),
      async (plane) => {
        const answer = await plane.source.list(request());
        expect(answer.tasks).toHaveLength(500);
        expect(answer.isComplete).toBe(true);
      },
      limits,
    );
  },
);

test('at most four pages are read at a time', async () => {
  let [running, most] = [0, 0];
  await withPlane(
    paged(() => ids(1_200), 0, 'with metadata'),
    async (plane) => {
      const waiting: (() => void)[] = [];
      plane.server.fault = async (call, handle) => {
        if (!call.query.has('pageNumber')) return handle();
        most = Math.max(most, ++running);
        // Held until a fourth comes, or until no more can come.
        const left = 11 - plane.callsTo('/v1/tasks').length + 1;
        if (running < Math.min(4, left + running)) await new Promise<void>((resolve) => waiting.push(resolve));
        for (const release of waiting.splice(0)) release();
        running--;
        return handle();
      };
      expect((await plane.source.list(request())).tasks).toHaveLength(1_200);
      expect(most).toBe(4);
    },
  );
});

test('a failed page leaves out its own tasks, and the list is not complete', async () => {
  await withPlane(
    paged(() => ids(400), 0, 'with metadata'),
    async (plane) => {
      plane.server.fault = (call, handle) =>
        call.query.get('pageNumber') === '2' ? { status: 500, body: { referenceToken: 'PAGE2' } } : handle();
      const answer = await plane.source.list(request());
      expect(idsOf(answer).toSorted()).toEqual([...ids(200), ...ids(100, 300)].toSorted());
      expect(answer.isComplete).toBe(false);
      expect(answer.problem).toMatchObject({ kind: 'HTTP_STATUS', httpStatus: 500, referenceToken: 'PAGE2' });
    },
  );
});

test.each([
  [500, 'HTTP_STATUS'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [429, 'RATE_LIMITED'],
])('a first page that fails with %d fails the list', async (status, kind) => {
  await withPlane(
    (call) => (call.path === '/v1/tasks' ? { status, body: buildPlaneError('vcf', status, { referenceToken: 'REF1' }) } : undefined),
    async (plane) => {
      await expect(plane.source.list(request())).rejects.toMatchObject({ problem: { kind, httpStatus: status, referenceToken: 'REF1' } });
    },
  );
});

test.each([['[]'], ['"text"'], ['<html>'], ['{"message":"hello"}'], ['{"elements":7}']])(
  'a response that is not a page fails the list: %s',
  async (body) => {
    await withPlane(
      (call) => (call.path === '/v1/tasks' ? { status: 200, body } : undefined),
      async (plane) => {
        await expect(plane.source.list(request())).rejects.toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE' } });
      },
    );
  },
);

test.each([[{}], [{ elements: null }], [{ pageMetadata: { totalElements: 0 } }]])('an empty page is no error: %j', async (body) => {
  await withPlane(
    (call) => (call.path === '/v1/tasks' ? { status: 200, body } : undefined),
    async (plane) => {
      expect(await plane.source.list(request())).toMatchObject({ tasks: [], isComplete: true });
    },
  );
});

test('items without a valid id are left out and counted, and affect no other', async () => {
  const elements = [null, null, 7, { name: 'no id' }, wireTask('../x'), wireTask('good')];
  await withPlane(
    (call) => (call.path === '/v1/tasks' ? { status: 200, body: { elements } } : undefined),
    async (plane) => {
      const answer = await plane.source.list(request());
      expect(idsOf(answer)).toEqual(['good']);
      expect(answer.malformedCount).toBe(5);
    },
  );
});
