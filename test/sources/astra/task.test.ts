import { describe, expect, test } from '@jest/globals';

import { processorTimeMs } from '../../support/processor-time.js';
import { fixtureId, translated, wholeTask } from './wire-fixture.js';

const at = (time: string): number => Date.parse(time);

test('every field of the resource is carried over', () => {
  expect(translated()).toEqual({
    __typename: 'AstraTask',
    id: `astra-test:${fixtureId}`,
    sourceName: 'astra-test',
    sourceTaskId: fixtureId,
    name: 'Copy of volumes',
    summary: 'Copy of volumes',
    description: 'Copies the volumes of an application',
    operation: 'astra.backup.copy',
    status: 'RUNNING',
    sourceStatus: 'running',
    isFinished: false,
    isStartReported: true,
    isSuccessful: null,
    createdAt: at('2026-01-15T08:00:00.000Z'),
    updatedAt: at('2026-01-15T08:00:02.500Z'),
    startedAt: at('2026-01-15T08:00:01.256Z'),
    finishedAt: null,
    cancelledAt: null,
    progress: { percent: 20.3, basis: 'REPORTED', completedSteps: null, totalSteps: null },
    resources: [
      {
        __typename: 'TaskResource',
        id: `resource:astra-test:${wholeTask.resourceID}`,
        sourceName: 'astra-test',
        sourceResourceId: wholeTask.resourceID,
        type: 'appBackups',
        name: null,
        fqdn: null,
        uri: wholeTask.resourceURI,
      },
      {
        __typename: 'TaskResource',
        id: 'resource:astra-test:31aa',
        sourceName: 'astra-test',
        sourceResourceId: '31aa',
        type: 'apps',
        name: null,
        fqdn: null,
        uri: '/accounts/7d9f/k8s/v1/apps/31aa',
      },
    ],
    failures: [],
    rootCause: null,
    warnings: [],
    parentTaskId: wholeTask.parentTaskID,
    parts: [],
    position: 0,
    orderHint: 0,
    payload: wholeTask,
    service: 'nautilus',
    userId: wholeTask.userID,
    createdBy: '00000000-0000-0000-0000-000000000000',
    modifiedBy: 'system',
    resourceUri: wholeTask.resourceURI,
    resourceCollectionUris: ['/accounts/7d9f/topology/v1/one', '/accounts/7d9f/topology/v1/two'],
    stateTransitions: [
      { from: 'running', to: ['paused', 'cancelled'] },
      { from: null, to: ['pending'] },
    ],
    labels: [{ name: 'team', value: 'storage' }],
  });
});

test('a task of which only the id is known has nulls, empty lists, a name, and an unmapped status', () => {
  const onlyId = Object.fromEntries(Object.keys(wholeTask).map((field) => [field, undefined]));
  expect(translated({ ...onlyId, id: fixtureId })).toMatchObject({
    name: `Astra task ${fixtureId}`,
    summary: `Astra task ${fixtureId}`,
    description: null,
    operation: null,
    status: 'UNKNOWN',
    sourceStatus: null,
    createdAt: null,
    updatedAt: null,
    startedAt: null,
    finishedAt: null,
    progress: null,
    resources: [],
    parentTaskId: null,
    position: null,
    orderHint: null,
    userId: null,
    resourceCollectionUris: [],
    stateTransitions: [],
    labels: [],
    warnings: [{ __typename: 'UnmappedStatusWarning', sourceStatus: null }],
  });
});

describe('states', () => {
  test.each([
    ['notStarted', 'PENDING', false, null],
    ['running', 'RUNNING', false, null],
    ['pausing', 'PAUSING', false, null],
    ['paused', 'PAUSED', false, null],
    ['cancelling', 'CANCELLING', false, null],
    ['cancelled', 'CANCELLED', true, false],
    ['completed', 'SUCCEEDED', true, true],
    ['failed', 'FAILED', true, false],
  ])('%s is %s', (state, status, isFinished, isSuccessful) => {
    expect(translated({ state })).toMatchObject({ status, sourceStatus: state, isFinished, isSuccessful, warnings: [] });
  });

  test.each(['Running', 'canceled', '', 'constructor', '__proto__', 'toString'])('%j is not mapped, and says so', (state) => {
    expect(translated({ state, endTime: '2026-01-15T09:00:00Z' })).toMatchObject({
      status: 'UNKNOWN',
      sourceStatus: state,
      isFinished: false,
      isSuccessful: null,
      finishedAt: null,
      warnings: [{ __typename: 'UnmappedStatusWarning', sourceStatus: state }],
    });
  });
});

describe('the end of a task', () => {
  const endTime = '2026-01-15T08:30:00Z';

  test.each(['notStarted', 'running', 'pausing', 'paused', 'cancelling'])(
    'a task that is %s has not finished, whatever its endTime',
    (state) => {
      expect(translated({ state, endTime, cancelTime: endTime })).toMatchObject({ isFinished: false, finishedAt: null });
    },
  );

  test('it is endTime', () => {
    expect(translated({ state: 'completed', endTime }).finishedAt).toBe(at(endTime));
  });

  test('it is cancelTime where there is no endTime', () => {
    const cancelTime = '2026-01-15T08:20:00Z';
    expect(translated({ state: 'cancelled', cancelTime })).toMatchObject({ finishedAt: at(cancelTime), cancelledAt: at(cancelTime) });
    expect(translated({ state: 'cancelled', cancelTime, endTime })).toMatchObject({ finishedAt: at(endTime), cancelledAt: at(cancelTime) });
  });

  test('it is unknown where the plane gives no time', () => {
    expect(translated({ state: 'failed' }).finishedAt).toBeNull();
  });
});

describe('times', () => {
  test.each([
    ['2026-01-15T08:00:00Z', at('2026-01-15T08:00:00.000Z')],
    ['2026-01-15T08:00:00.123456789Z', at('2026-01-15T08:00:00.123Z')],
    ['2026-01-15T08:00:00,5Z', at('2026-01-15T08:00:00.500Z')],
  ])('%s is read', (startTime, instant) => {
    expect(translated({ startTime })).toMatchObject({ startedAt: instant, warnings: [] });
  });

  test('an empty string is no time, without a word', () => {
    expect(translated({ startTime: '', endTime: ' ' })).toMatchObject({ startedAt: null, warnings: [] });
  });

  test.each(['yesterday', '2026-13-40T99:00:00Z', 1768464000, {}])('%j is no time, and is named', (startTime) => {
    expect(translated({ startTime })).toMatchObject({
      startedAt: null,
      warnings: [{ __typename: 'MalformedDataWarning', fields: ['startTime'] }],
    });
  });
});

describe('progress', () => {
  test.each([
    [{ percentDone: 0 }, 0],
    [{ percentDone: -3 }, 0],
    [{ percentDone: 100 }, 99.9],
    [{ percentDone: 140.5 }, 99.9],
    [{ percentDone: 33.3333 }, 33.3],
    [{ percentDone: '20.25' }, 20.3],
    [{ percentDone: '7' }, 7],
    [{ state: 'cancelling', percentDone: 99.99 }, 99.9],
    [{ state: 'melting', percentDone: 100 }, 99.9],
    [{ state: 'failed', percentDone: 99.96 }, 99.9],
    [{ state: 'failed', percentDone: 100 }, 100],
    [{ state: 'completed', percentDone: 99 }, 100],
    [{ state: 'completed', percentDone: undefined }, 100],
    [{ state: 'cancelled', percentDone: 42 }, 42],
  ])('%j is %d percent', (changes, percent) => {
    expect(translated(changes).progress).toEqual({ percent, basis: 'REPORTED', completedSteps: null, totalSteps: null });
  });

  test.each([undefined, null])('it is unknown where percentDone is %j', (percentDone) => {
    expect(translated({ percentDone })).toMatchObject({ progress: null, warnings: [] });
  });
});

describe('place among the siblings', () => {
  test.each([
    [0, 0],
    [2.5, 2.5],
    ['3', 3],
    [-1, -1],
    [null, null],
    [undefined, null],
  ])('orderHint %j is %j', (orderHint, place) => {
    expect(translated({ orderHint })).toMatchObject({ position: place, orderHint: place });
  });
});

describe('the resource', () => {
  test('its id is the end of its URI where the plane gives no other', () => {
    expect(translated({ resourceID: undefined, resourceURI: '/a/appSnaps/77/?x=/y' }).resources).toMatchObject([
      { sourceResourceId: '77', type: 'appSnaps', uri: '/a/appSnaps/77/?x=/y' },
    ]);
  });

  test('its application, cluster and namespace are resources too, each once, and the account is none', () => {
    const { resources } = translated({
      resourceURI: '/accounts/a-1/k8s/v1/apps/app-1/appBackups/9B6E1D2C-4f3a-4c5b-8e7d-1a2b3c4d5e03?include=all',
      resourceCollectionURI: [
        '/accounts/a-1/k8s/v1/apps/app-1/appBackups',
        '/accounts/a-1/topology/v1/managedClusters/cluster-1/namespaces/space-1/apps/app-1/appBackups',
        '/accounts/a-1/topology/v1/managedClusters/cluster-1/namespaces/space-2',
        '/accounts/a-1/no-version/apps/app-9',
        '',
        '///',
      ],
    });
    expect(resources.map(({ type, sourceResourceId, uri }) => [type, sourceResourceId, uri])).toEqual([
      ['appBackups', wholeTask.resourceID, '/accounts/a-1/k8s/v1/apps/app-1/appBackups/9B6E1D2C-4f3a-4c5b-8e7d-1a2b3c4d5e03?include=all'],
      ['apps', 'app-1', '/accounts/a-1/k8s/v1/apps/app-1'],
      ['namespaces', 'space-1', '/accounts/a-1/topology/v1/managedClusters/cluster-1/namespaces/space-1'],
      ['managedClusters', 'cluster-1', '/accounts/a-1/topology/v1/managedClusters/cluster-1'],
      ['namespaces', 'space-2', '/accounts/a-1/topology/v1/managedClusters/cluster-1/namespaces/space-2'],
    ]);
  });

  test('URIs without end name nothing, and cost little', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `s${index}`).join('/');
    for (const uri of [`/v1/${'ab/'.repeat(40_000)}`, `/v1/${ids}`, `/v1/${'a/b/'.repeat(10)}`, `/v1/apps/${'x'.repeat(2_048)}`]) {
      const start = processorTimeMs();
      const { resources } = translated({ resourceID: 'own', resourceURI: uri, resourceCollectionURI: [uri, uri] });
      expect(processorTimeMs() - start).toBeLessThan(200);
      expect(resources).toMatchObject([{ sourceResourceId: 'own' }]);
    }
  });

  test('its type is unknown without a URI', () => {
    expect(translated({ resourceURI: undefined, resourceCollectionURI: undefined }).resources).toMatchObject([
      { sourceResourceId: wholeTask.resourceID, type: null, uri: null },
    ]);
  });
});

test('what cannot be read is left out and named, and costs nothing else', () => {
  const malformed = translated({
    percentDone: 'twenty',
    resourceCollectionURI: ['/one', 7, '/three'],
    stateTransitions: [{ from: 1, to: ['paused'] }, 'x'],
    metadata: { labels: [{ name: 'only' }, { name: 'a', value: 'b' }], creationTimestamp: 'malformed', createdBy: 5 },
  });
  expect(malformed).toMatchObject({
    status: 'RUNNING',
    progress: null,
    createdAt: null,
    createdBy: null,
    resourceCollectionUris: ['/one', '/three'],
    stateTransitions: [{ from: null, to: ['paused'] }],
    labels: [{ name: 'a', value: 'b' }],
    warnings: [{ __typename: 'MalformedDataWarning' }],
  });
  const fields: unknown = malformed.warnings.flatMap((warning) => ('fields' in warning ? warning.fields : []));
  expect(fields).toEqual(
    expect.arrayContaining([
      'percentDone',
      'resourceCollectionURI[1]',
      'stateTransitions[0].from',
      'stateTransitions[1]',
      'metadata.creationTimestamp',
      'metadata.createdBy',
      'metadata.labels[0]',
    ]),
  );
});
