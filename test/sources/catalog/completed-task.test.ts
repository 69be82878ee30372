import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { CatalogBench } from './catalog-bench.js';

let bench: CatalogBench;
beforeEach(async () => {
  bench = await CatalogBench.start();
});
afterEach(() => bench.close());

const install = 'in3def8hij2klm9opq5rst7uvw';

test('a task that is first read as a 303 is completed, with no invented fields', async () => {
  const id = bench.plane.addTask({ status: 'completed', install_id: install });
  expect((await bench.reading(id)).translate()).toEqual({
    __typename: 'CatalogTask',
    id: `cat:${id}`,
    sourceName: 'cat',
    sourceTaskId: id,
    name: `Catalog task ${id}`,
    description: null,
    operation: null,
    status: 'SUCCEEDED',
    sourceStatus: null,
    isFinished: true,
    isSuccessful: true,
    createdAt: null,
    updatedAt: null,
    startedAt: null,
    finishedAt: null,
    progress: null,
    failures: [],
    rootCause: null,
    resources: [
      {
        __typename: 'TaskResource',
        id: `resource:cat:${install}`,
        sourceResourceId: install,
        type: 'install',
        name: null,
        fqdn: null,
        uri: null,
        sourceName: 'cat',
      },
    ],
    warnings: [],
    installId: install,
    packageId: null,
    packageSlug: null,
    packageVersion: null,
    links: [],
    parentTaskId: null,
    parts: [],
    position: null,
    payload: null,
  });
});

test('a cached task keeps its fields, and gets its install', async () => {
  const fields = {
    operation: 'create',
    package_id: 'pkg-1',
    package_slug: 'github',
    package_version: 3,
    links: [{ href: '#a', rel: 'item' }],
  };
  const id = bench.plane.addTask({ status: 'running', ...fields });
  const running = await bench.remember(id);
  bench.now += 60_000;
  bench.plane.setTask(id, { status: 'completed', install_id: install });
  const { changedAt, observedAt, ...completed } = await bench.remember(id);
  expect([changedAt, observedAt]).toEqual([bench.now, bench.now]);
  const { changedAt: _before, observedAt: _then, ...before } = running;
  expect(completed).toEqual({
    ...before,
    status: 'SUCCEEDED',
    sourceStatus: null,
    isFinished: true,
    isSuccessful: true,
    installId: install,
    resources: [expect.objectContaining({ type: 'install', sourceResourceId: install }), ...before.resources],
  });
  expect(completed.payload).toMatchObject({ status: 'running' });
});

test('warnings of the plane are kept after completion; those about the earlier read are not', async () => {
  const id = bench.plane.addTask({
    operation: 'delete',
    status: 'draining',
    package_version: 'x',
    warnings: [{ code: 'conflict', message: 'kept' }],
  });
  const before = await bench.remember(id);
  expect(before.warnings.map((warning) => warning.__typename)).toEqual(['CatalogWarning', 'UnmappedStatusWarning', 'MalformedDataWarning']);
  bench.plane.setTask(id, { status: 'completed', install_id: install });
  const completed = await bench.remember(id);
  expect(completed.status).toBe('SUCCEEDED_WITH_WARNINGS');
  expect(completed.warnings).toMatchObject([{ message: 'kept' }, { __typename: 'MalformedDataWarning', fields: ['package_version'] }]);
});

test('reading a completed task again changes nothing', async () => {
  const id = bench.plane.addTask({ status: 'running', operation: 'delete', warnings: [{ message: 'kept' }], links: 'odd' });
  await bench.remember(id);
  bench.plane.server.fault = () => ({ status: 303, headers: { location: '/zones/z/installs/' } });
  const once = await bench.remember(id);
  const fingerprint = (await bench.reading(id)).fingerprint;
  expect(await bench.remember(id)).toEqual(once);
  expect((await bench.reading(id)).fingerprint).toEqual(fingerprint);
});

test('a completion that was reported in a body is kept, with its time and status', async () => {
  const id = bench.plane.addTask({ operation: 'create' });
  const body = { id, operation: 'create', status: 'completed', updated_at: '2026-06-01T12:00:12Z' };
  bench.plane.server.fault = (call, handle) => (call.path.includes(id) ? { status: 200, body } : handle());
  const inBody = await bench.remember(id);
  expect(inBody).toMatchObject({ status: 'SUCCEEDED', sourceStatus: 'completed', finishedAt: Date.UTC(2026, 5, 1, 12, 0, 12) });
  bench.plane.server.fault = null;
  bench.plane.setTask(id, { status: 'completed', install_id: install });
  expect(await bench.remember(id)).toMatchObject({
    status: 'SUCCEEDED',
    sourceStatus: 'completed',
    finishedAt: inBody.finishedAt,
    installId: install,
  });
});

test.each([
  [`/zones/z/installs/${install}`, install, []],
  [`https://elsewhere.example/zones/z/installs/${install}?a=b#c`, install, []],
  [`../installs/${install}`, install, []],
  ['/zones/z/installs/', null, ['Location']],
  ['/zones/z/installs/%2e%2e%2fx', null, ['Location']],
  [`/zones/z/installs/${'a'.repeat(65)}`, null, ['Location']],
  [undefined, null, []],
])('the Location %j names the install %j', async (location, installId, fields) => {
  const id = bench.plane.addTask();
  await bench.reading(id);
  bench.plane.server.fault = () => ({ status: 303, headers: location === undefined ? {} : { location } });
  const task = (await bench.reading(id)).translate();
  expect(task).toMatchObject({
    status: 'SUCCEEDED',
    installId,
    warnings: fields.length === 0 ? [] : [{ __typename: 'MalformedDataWarning', fields }],
  });
});

test.each([
  'https://sso.example/login?rd=/zones/z/installs/x',
  '/login',
  install,
  `/installs/${install}/login`,
  `javascript:/installs/${install}`,
  'http://[',
])('a 303 to %j does not complete a task: something in front of the plane sent it', async (location) => {
  const id = bench.plane.addTask();
  await bench.reading(id);
  bench.plane.server.fault = () => ({ status: 303, headers: { location } });
  expect((await bench.problem(id)).problem).toMatchObject({ kind: 'HTTP_STATUS', httpStatus: 303 });
});

test('the redirect is never followed, and the secrets of the install are never read', async () => {
  const id = bench.plane.addTask({ status: 'completed', install_id: install });
  const reading = await bench.reading(id);
  expect(bench.plane.server.calls.map(({ path }) => path)).toEqual([
    '/service-account-token',
    `/zones/${bench.plane.zone.id}/catalog_tasks/${id}`,
  ]);
  expect(JSON.stringify([reading.fingerprint, reading.translate()])).not.toContain('not-for-other-eyes');
});
