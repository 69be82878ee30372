import { expect, test } from '@jest/globals';

import type { PlaneResponse } from '../../../../src/sources/simulation/plane-server.js';
import type { Task } from '../../../../src/model/task.js';
import { SourceProblemError } from '../../../../src/model/source-problem.js';
import { request, type Routes, withPlane, wireCredentialsTask, wireTask } from '../plane.js';
import { buildPlaneError } from '../../../support/plane-errors.js';

const inBoth = wireTask('both', { status: 'Failed', type: 'CREDENTIALS', resources: [{ resourceId: 'h1', type: 'Esxi' }] });
const ordinary = wireTask('plain');

/** `credentials` answers the credentials list. */
function routes(credentials: PlaneResponse | undefined): Routes {
  return (call) => {
    if (call.path === '/v1/tasks') return { status: 200, body: { elements: [inBoth, ordinary] } };
    if (call.path === '/v1/tasks/both') return { status: 200, body: inBoth };
    if (call.path === '/v1/tasks/plain') return { status: 200, body: ordinary };
    return call.path === '/v1/credentials/tasks' ? credentials : undefined;
  };
}

const good: PlaneResponse = { status: 200, body: { elements: [wireCredentialsTask('both'), wireCredentialsTask('only')] } };

const withoutPasswords = expect.not.stringContaining('wire-secret');

test('a task of both lists is one task, and one of the credentials list alone is a task too', async () => {
  await withPlane(routes(good), async ({ source }) => {
    const { tasks: readings, isComplete } = await source.list(request());
    expect(isComplete).toBe(true);
    const [both, plain, only] = readings.map((reading) => reading.translate());
    expect(both).toMatchObject({
      sourceTaskId: 'both',
      name: 'Task both',
      sourceStatus: 'Failed',
      operation: 'ROTATE',
      credentials: { operationType: 'ROTATE', isAutoRotate: false },
      resources: [{ sourceResourceId: 'h1' }],
      parts: [{ __typename: 'VcfCredentialsSubtask', resourceName: 'esx01.example', status: 'FAILED', sourceStatus: 'INCONSISTENT' }],
      payload: { task: inBoth, credentialsTask: { id: 'both' } },
    });
    expect(plain).toMatchObject({ sourceTaskId: 'plain', credentials: null, payload: ordinary });
    expect(only).toMatchObject({ sourceTaskId: 'only', name: 'Credentials rotate operation', payload: { task: null } });
    expect(new Set(readings.map((reading) => reading.fingerprint)).size).toBe(3);
  });
});

test('passwords of a credentials task are removed when it is parsed', async () => {
  const deep = wireCredentialsTask('only', {
    oldPassword: 'wire-secret-0',
    subTasks: [
      {
        name: 'a',
        dependentSubTasks: [{ oldPassword: { newPassword: 'wire-secret-1' }, errors: [{ context: { newPassword: 'wire-secret-2' } }] }],
      },
    ],
  });
  await withPlane(routes({ status: 200, body: { elements: [wireCredentialsTask('both'), deep] } }), async ({ source }) => {
    const { tasks: readings } = await source.list(request());
    const read = [...(await source.read(['both', 'only'], request())).values()];
    for (const reading of [...readings, ...read]) {
      if (reading === null || reading instanceof SourceProblemError) throw new Error('There must be a reading.');
      expect(JSON.stringify(reading.translate())).toEqual(withoutPasswords);
      expect(JSON.stringify(reading.translate())).not.toMatch(/(?:old|new)Password/);
    }
    expect(readings).toHaveLength(3);
  });
});

test('a failed credentials list affects nothing else, and its cached tasks are kept', async () => {
  let credentials = good;
  await withPlane(
    (call) => routes(credentials)(call),
    async ({ source }) => {
      const before = await source.list(request());
      const known = new Map<string, Task>(
        before.tasks.map((reading) => [reading.sourceTaskId, { ...reading.translate(), changedAt: 0, observedAt: 0 }]),
      );
      credentials = { status: 500, body: { referenceToken: 'CRED' } };
      const after = await source.list(request((id) => known.get(id)));
      expect(after).toMatchObject({
        isComplete: false,
        problem: { kind: 'HTTP_STATUS', referenceToken: 'CRED' },
        unchangedIds: [],
        unreadIds: ['only'],
      });
      expect(after.tasks.map((reading) => reading.fingerprint)).toEqual(before.tasks.slice(0, 2).map((reading) => reading.fingerprint));

      const read = await source.read(
        ['both', 'plain', 'only'],
        request((id) => known.get(id)),
      );
      expect(read.get('both')).toMatchObject({ fingerprint: before.tasks[0]?.fingerprint });
      expect(read.get('plain')).toMatchObject({ fingerprint: before.tasks[1]?.fingerprint });
      expect(read.get('only')).toBeInstanceOf(SourceProblemError);
    },
  );
});

test('without a cache, a failed credentials list leaves the ordinary tasks', async () => {
  await withPlane(routes({ status: 403, body: buildPlaneError('vcf', 403) }), async ({ source }) => {
    const answer = await source.list(request());
    expect(answer).toMatchObject({ isComplete: false, problem: { kind: 'FORBIDDEN' }, unchangedIds: [], unreadIds: [] });
    expect(answer.tasks.map((reading) => reading.translate().parts)).toEqual([[], []]);
  });
});

test('a plane without a credentials list has no credentials tasks', async () => {
  await withPlane(routes({ status: 404, body: buildPlaneError('vcf', 404) }), async ({ source }) => {
    expect(await source.list(request())).toMatchObject({ isComplete: true, problem: null });
    expect((await source.read(['nothing'], request())).get('nothing')).toBeNull();
  });
});

test('a credentials list is not complete if the plane reports more tasks', async () => {
  const body = { elements: [wireCredentialsTask('both')], pageMetadata: { totalElements: 2 } };
  await withPlane(routes({ status: 200, body }), async ({ source }) => {
    expect(await source.list(request())).toMatchObject({ isComplete: false, problem: null });
  });
});

test('maxItems counts tasks of both lists', async () => {
  await withPlane(
    routes(good),
    async ({ source }) => {
      const answer = await source.list(request());
      expect(answer.tasks.map((reading) => reading.sourceTaskId)).toEqual(['both', 'plain']);
      expect(answer.isComplete).toBe(false);
    },
    { maxItems: 2 },
  );
});

test('a read takes one call for each id and one for the credentials list, and has a result for each id', async () => {
  const all = (call: Parameters<Routes>[0]): PlaneResponse | undefined =>
    call.path === '/v1/tasks/broken'
      ? { status: 501 }
      : call.path === '/v1/tasks/other'
        ? { status: 200, body: wireTask('else') }
        : routes(good)(call);
  await withPlane(all, async (plane) => {
    const ids = ['both', 'plain', 'only', 'gone', 'broken', 'other', 'both'];
    const answers = await plane.source.read(ids, request());
    const payloadOf = (id: string): unknown => {
      const answer = answers.get(id);
      return answer === null || answer === undefined || answer instanceof SourceProblemError ? null : answer.translate().payload;
    };
    expect(payloadOf('both')).toMatchObject({ credentialsTask: { id: 'both' } });
    expect(payloadOf('plain')).toEqual(ordinary);
    expect(payloadOf('only')).toMatchObject({ task: null });
    expect(answers.get('gone')).toBeNull();
    expect(answers.get('broken')).toMatchObject({ problem: { httpStatus: 501 } });
    expect(answers.get('other')).toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE' } });
    const gets = plane.server.calls.filter((call) => call.method === 'GET');
    expect(gets).toHaveLength(plane.source.estimateReadCalls(6));
    expect(plane.callsTo('/v1/credentials/tasks')).toHaveLength(1);
  });
});

test('no ids take no calls', async () => {
  await withPlane(routes(good), async (plane) => {
    expect(await plane.source.read([], request())).toEqual(new Map());
    expect(plane.server.calls).toEqual([]);
  });
});
