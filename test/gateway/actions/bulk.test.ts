import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { actionsAt, actOnMany, allActions, blockerCodes, bulkDocument, onActions } from './act.js';
import { buildPlaneError } from '../../support/plane-errors.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const failedTasks = (count: number, name: 'vcf-sfo' | 'vcf-lax' = 'vcf-sfo') =>
  Array.from({ length: count }, () => `${name}:${world.planes[name].addTask({ status: 'FAILED' })}`);

test('results have the length and order of ids, whatever the outcome of each', async () => {
  const [one = '', two = ''] = failedTasks(2);
  const [elsewhere = ''] = failedTasks(1, 'vcf-lax');
  const done = `vcf-lax:${world.planes['vcf-lax'].addTask()}`;
  const astra = `astra-demo:${world.planes['astra-demo'].addTask({ state: 'failed' })}`;
  const ids = [astra, two, 'nowhere:1', done, elsewhere, 'vcf-sfo:../x', one];
  const results = await actOnMany(world, 'retryTasks', { ids });
  expect(results.map(({ taskId }) => taskId)).toEqual(ids);
  expect(results.map(({ outcome }) => outcome)).toEqual([
    'REJECTED',
    'ACCEPTED',
    'REJECTED',
    'REJECTED',
    'ACCEPTED',
    'REJECTED',
    'ACCEPTED',
  ]);
  expect(results.map(blockerCodes)).toEqual([['NOT_SUPPORTED_BY_SOURCE'], [], [], ['REFUSED_BY_TASK', 'WRONG_STATUS'], [], [], []]);
  expect(results.map(({ errors }) => errors.map((error: { path: string[] }) => error.path.join('.')))).toEqual([
    ['input.ids.0'],
    [],
    ['input.ids.2'],
    ['input.ids.3'],
    [],
    ['input.ids.5'],
    [],
  ]);
  expect(new Set(results.map(({ auditId }) => auditId)).size).toBe(ids.length);
  expect(allActions(world)).toHaveLength(3);
});

test('a repeated id repeats its result, with one request', async () => {
  const [one = '', two = ''] = failedTasks(2);
  const results = await actOnMany(world, 'retryTasks', { ids: [one, two, one, one] });
  expect(results.map(({ taskId }) => taskId)).toEqual([one, two, one, one]);
  expect(results[2]).toEqual(results[0]);
  expect(results[3]).toEqual(results[0]);
  expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill('ACCEPTED'));
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(2);
});

test.each(['retryTasks', 'cancelTasks'] as const)(
  '%s takes up to 100 ids; one more is BAD_USER_INPUT, and nothing is sent',
  async (mutation) => {
    const many = Array.from({ length: 101 }, (_, place) => `nowhere:${place}`);
    const { data, errors } = await world.graphql(bulkDocument(mutation), { input: { ids: many } });
    expect(data).toEqual({ [mutation]: null });
    expect(errors).toMatchObject([{ path: [mutation], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await actOnMany(world, mutation, { ids: many.slice(1) })).toHaveLength(100);
  },
);

test('without ids there are no results', async () => {
  const { data } = await world.graphql(bulkDocument('retryTasks'), { input: { ids: [], clientMutationId: 'c' } });
  expect(data.retryTasks).toEqual({ results: [], clientMutationId: 'c' });
});

test('an invalid idempotency key is refused without ids, too', async () => {
  const { errors } = await world.graphql(bulkDocument('retryTasks'), { input: { ids: failedTasks(2), idempotencyKey: '' } });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(allActions(world)).toEqual([]);
});

test('exactly four actions are in progress at a time while there are more to send', async () => {
  let underWay = 0;
  let most = 0;
  let waiting: (() => void)[] = [];
  /** Enough round trips to both planes for a fifth action to arrive. */
  const letOthersCome = async () => {
    for (let trip = 0; trip < 5; trip++) await world.graphql('{ tasks(first: 0, maxAgeMs: 0) { totalCount } }');
  };
  for (const name of ['vcf-sfo', 'vcf-lax'] as const) {
    world.planes[name].server.fault = onActions(async (_call, handle) => {
      most = Math.max(most, ++underWay);
      const isFourth = waiting.length === 3;
      // Every action waits until there are four, so the test ends only when there are.
      const go = new Promise<void>((resolve) => void waiting.push(resolve));
      if (isFourth) {
        await letOthersCome();
        for (const release of waiting) release();
        waiting = [];
      }
      await go;
      underWay--;
      return handle();
    });
  }
  const ids = [...failedTasks(6), ...failedTasks(6, 'vcf-lax')];
  const results = await actOnMany(world, 'retryTasks', { ids });
  expect(results.map(({ outcome }) => outcome)).toEqual(Array(12).fill('ACCEPTED'));
  expect(most).toBe(4);
});

test('an action that fails does not affect the others', async () => {
  const ids = failedTasks(8);
  const answers = [200, 500, 404, 409, 'hang-up', 429, 403, 200] as const;
  world.planes['vcf-sfo'].server.fault = onActions(({ path }, handle) => {
    const answer = answers[ids.findIndex((id) => path.endsWith(id.slice('vcf-sfo:'.length)))] ?? 'hang-up';
    if (answer === 'hang-up') return answer;
    return answer === 200 ? handle() : { status: answer, body: buildPlaneError('vcf', answer) };
  });
  const results = await actOnMany(world, 'retryTasks', { ids });
  expect(results.map(({ outcome, errors: [error] }) => [outcome, error?.__typename])).toEqual([
    ['ACCEPTED', undefined],
    ['UNKNOWN', 'TaskOutcomeUnknownError'],
    ['REJECTED', 'TaskNotFoundError'],
    ['REJECTED', 'TaskConflictError'],
    ['UNKNOWN', 'TaskOutcomeUnknownError'],
    ['REJECTED', 'TaskSourceError'],
    ['REJECTED', 'TaskSourceError'],
    ['ACCEPTED', undefined],
  ]);
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(8);
});

test('a plane that is down does not affect the tasks of another plane', async () => {
  const ids = [...failedTasks(2), ...failedTasks(2, 'vcf-lax')];
  await world.planes['vcf-sfo'].server.close();
  const results = await actOnMany(world, 'retryTasks', { ids });
  expect(results.map(blockerCodes)).toEqual([['SOURCE_UNAVAILABLE'], ['SOURCE_UNAVAILABLE'], [], []]);
  expect(results.map(({ outcome }) => outcome)).toEqual(['REJECTED', 'REJECTED', 'ACCEPTED', 'ACCEPTED']);
});
