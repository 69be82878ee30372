import { expect, test } from '@jest/globals';

import { full, translated } from './full-task.js';

test('all twelve fields of a task are translated', () => {
  const failure = {
    code: null,
    message: 'provider already exists',
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: [],
    causes: [],
  };
  expect(translated(full)).toEqual({
    __typename: 'CatalogTask',
    id: 'cat:tsk-1',
    sourceName: 'cat',
    sourceTaskId: 'tsk-1',
    name: 'Install github v3',
    description: null,
    operation: 'create',
    status: 'FAILED',
    sourceStatus: 'failed',
    isFinished: true,
    isSuccessful: false,
    createdAt: Date.UTC(2026, 5, 1, 12),
    updatedAt: Date.UTC(2026, 5, 1, 12, 0, 9, 123),
    startedAt: null,
    finishedAt: Date.UTC(2026, 5, 1, 12, 0, 9, 123),
    progress: null,
    failures: [failure],
    rootCause: failure,
    resources: [
      {
        __typename: 'TaskResource',
        id: 'resource:cat:ins-1',
        sourceResourceId: 'ins-1',
        type: 'install',
        name: null,
        fqdn: null,
        uri: null,
        sourceName: 'cat',
      },
      {
        __typename: 'TaskResource',
        id: 'resource:cat:pkg-1',
        sourceResourceId: 'pkg-1',
        type: 'package',
        name: 'github',
        fqdn: null,
        uri: null,
        sourceName: 'cat',
      },
    ],
    warnings: [
      {
        __typename: 'CatalogWarning',
        code: 'conflict',
        message: '1 adopted entity will be preserved',
        path: '/zones/z/installs/ins-1',
        httpStatus: 409,
        requestId: 'req-1',
        timestamp: Date.UTC(2026, 5, 1, 12, 0, 1),
        details: [{ code: 'conflict', field: '$.a', message: 'adopted' }],
      },
    ],
    installId: 'ins-1',
    packageId: 'pkg-1',
    packageSlug: 'github',
    packageVersion: 3,
    links: [{ href: '#provider', rel: 'item', type: 'application/json', titles: { en: 'Provider' }, properties: { shared: true } }],
    parentTaskId: null,
    parts: [],
    position: null,
    payload: full,
  });
});

test('a task that has only an id is a task, with an unknown status and a plain name', () => {
  expect(translated({ id: 'tsk-1' })).toMatchObject({
    name: 'Catalog task tsk-1',
    operation: null,
    status: 'UNKNOWN',
    sourceStatus: null,
    isFinished: false,
    isSuccessful: null,
    createdAt: null,
    updatedAt: null,
    resources: [],
    links: [],
    failures: [],
    warnings: [{ __typename: 'UnmappedStatusWarning', sourceStatus: null }],
  });
});

const { warnings, ...unwarned } = full;

test.each([
  ['pending', unwarned, 'PENDING', false],
  ['running', unwarned, 'RUNNING', false],
  ['running', full, 'RUNNING', false],
  ['completed', unwarned, 'SUCCEEDED', true],
  ['completed', full, 'SUCCEEDED_WITH_WARNINGS', true],
  ['failed', unwarned, 'FAILED', true],
  ['failed', full, 'FAILED', true],
])('%s has a translation', (status, body, expected, isFinished) => {
  const task = translated({ ...body, status });
  expect(task).toMatchObject({ status: expected, sourceStatus: status, isFinished, finishedAt: isFinished ? task.updatedAt : null });
  expect(task.failures).toHaveLength(expected === 'FAILED' ? 1 : 0);
  expect(task.warnings).toHaveLength(body === full ? warnings.length : 0);
});

test.each([['paused'], ['PENDING'], [''], ['constructor'], ['__proto__'], ['toString']])(
  'the status %j is UNKNOWN, with a warning',
  (status) => {
    expect(translated({ ...unwarned, status })).toMatchObject({
      status: 'UNKNOWN',
      sourceStatus: status,
      isFinished: false,
      finishedAt: null,
      failures: [],
      warnings: [{ __typename: 'UnmappedStatusWarning', sourceStatus: status }],
    });
  },
);

test.each([
  [{ operation: 'create', package_slug: 'github', package_version: 3 }, 'Install github v3'],
  [{ operation: 'create', package_slug: 'github', package_version: 0 }, 'Install github v0'],
  [{ operation: 'create', package_slug: 'github', package_version: '3' }, 'Install github v3'],
  [{ operation: 'create', package_slug: 'github' }, 'Install github'],
  [{ operation: 'create', package_slug: '', package_id: 'pkg-1', package_version: 3 }, 'Install pkg-1 v3'],
  [{ operation: 'create', install_id: 'ins-1' }, 'Install ins-1'],
  [{ operation: 'delete', package_slug: 'github', package_version: 3 }, 'Uninstall github'],
  [{ operation: 'delete', package_id: 'pkg-1' }, 'Uninstall pkg-1'],
  [{ operation: 'delete', install_id: 'ins-1' }, 'Uninstall ins-1'],
  [{ operation: 'create' }, 'Catalog task tsk-1'],
  [{ operation: 'upgrade', package_slug: 'github' }, 'Catalog task tsk-1'],
])('%j is named %j', (body, name) => {
  expect(translated({ id: 'tsk-1', status: 'pending', ...body }).name).toBe(name);
});
