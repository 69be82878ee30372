import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ sources: { 'vcf-lax': { poll: { activeMs: 7_000_000, idleMs: 8_000_000, fullMs: 9_000_000 } } } });
});
// What a test adds appears after everything that was read before it.
afterEach(() => world.passTime(1));
afterAll(() => world.close());

function add(name: 'astra-demo' | 'vcf-sfo' | 'vcf-lax', wire: Readonly<Record<string, unknown>> = {}): string {
  return world.planes[name].addTask(wire);
}

async function task(id: string, fields: string): Promise<Json> {
  const { data, errors } = await world.graphql(`query ($id: ID!) { task(id: $id, maxAgeMs: 0) { ${fields} } }`, { id });
  expect(errors).toBeUndefined();
  return data.task;
}

const at = (minutes: number): string => new Date(world.now + minutes * 60_000).toISOString();
const minute = 60_000;

test.each<readonly [string, () => Json, () => number | null]>([
  ['from creation to completion', () => ({ creationTimestamp: at(-9), completionTimestamp: at(-4) }), () => 5 * minute],
  ['0 where both are the same', () => ({ creationTimestamp: at(-9), completionTimestamp: at(-9) }), () => 0],
  [
    'until now while it runs, whatever end the plane sends',
    () => ({ status: 'IN_PROGRESS', creationTimestamp: at(-9), completionTimestamp: at(-8) }),
    () => 9 * minute,
  ],
  ['null where it began in 1970', () => ({ creationTimestamp: '1970-01-21T12:00:00.000Z', completionTimestamp: at(-4) }), () => null],
  ['null where the end is before the start', () => ({ creationTimestamp: at(-4), completionTimestamp: at(-9) }), () => null],
  ['null where it runs and begins in the future', () => ({ status: 'IN_PROGRESS', creationTimestamp: at(4) }), () => null],
  ['null without an end', () => ({ creationTimestamp: at(-4), completionTimestamp: undefined }), () => null],
  ['null without a start', () => ({ creationTimestamp: undefined, completionTimestamp: at(-4) }), () => null],
])('durationMs is %s', async (_, wire, expected) => {
  const id = add('vcf-sfo', wire());
  expect(await task(`vcf-sfo:${id}`, 'durationMs')).toEqual({ durationMs: expected() });
});

test.each<readonly [string, () => Json, readonly string[]]>([
  ['creation in 1970', () => ({ creationTimestamp: '1970-01-21T18:50:59.197Z', completionTimestamp: at(-4) }), ['createdAt']],
  [
    'all of them in 1970',
    () => ({ creationTimestamp: '1970-01-21T18:50:59Z', completionTimestamp: '1970-01-21T18:51:00Z' }),
    ['createdAt', 'finishedAt'],
  ],
  ['an end before the start', () => ({ creationTimestamp: at(-4), completionTimestamp: at(-9) }), ['finishedAt']],
  ['an early end that does not count yet', () => ({ status: 'IN_PROGRESS', creationTimestamp: at(-4), completionTimestamp: at(-9) }), []],
  ['nothing unusual', () => ({ creationTimestamp: at(-9), completionTimestamp: at(-4) }), []],
])('times that cannot be right are shown with a warning that names them: %s', async (_, wire, fields) => {
  const id = `vcf-sfo:${add('vcf-sfo', wire())}`;
  const { warnings } = await task(id, 'warnings { __typename ... on ImplausibleTimesWarning { code message fields } }');
  const message = 'The plane sent times that cannot be right: before the year 2000, or an end before its start.';
  expect(warnings).toEqual(
    fields.length === 0 ? [] : [{ __typename: 'ImplausibleTimesWarning', code: 'IMPLAUSIBLE_TIMES', message, fields }],
  );
  const query = 'query ($ids: [ID!]) { tasks(filter: { ids: $ids, hasWarnings: true }) { totalCount } }';
  expect((await world.graphql(query, { ids: [id] })).data.tasks.totalCount).toBe(0);
});

test('durationMs counts from the start of work where the plane reports it', async () => {
  const id = add('astra-demo', {
    state: 'completed',
    startTime: at(-3),
    endTime: at(-1),
    metadata: { labels: [], creationTimestamp: at(-10), modificationTimestamp: at(-1) },
  });
  const { createdAt, startedAt, finishedAt, durationMs } = await task(`astra-demo:${id}`, 'createdAt startedAt finishedAt durationMs');
  expect({ createdAt, startedAt, finishedAt, durationMs }).toEqual({
    createdAt: at(-10),
    startedAt: at(-3),
    finishedAt: at(-1),
    durationMs: 2 * minute,
  });
});

test.each([
  ['an Astra task that waits', 'astra-demo', { state: 'notStarted', startTime: undefined }],
  ['an Astra task that was cancelled before it began', 'astra-demo', { state: 'cancelled', startTime: undefined }],
  ['a VCF task that waits', 'vcf-sfo', { status: 'PENDING' }],
  ['a VCF task in a queue', 'vcf-sfo', { status: 'QUEUED' }],
  ['a VCF task that was cancelled, and may never have begun', 'vcf-sfo', { status: 'CANCELLED' }],
] as const)('%s has no durationMs', async (_, name, wire) => {
  const vcfTimes = { creationTimestamp: at(-9), completionTimestamp: at(-1) };
  const astraTimes = { endTime: at(-1), metadata: { labels: [], creationTimestamp: at(-10), modificationTimestamp: at(-1) } };
  const times = name === 'vcf-sfo' ? vcfTimes : astraTimes;
  const { durationMs, createdAt } = await task(`${name}:${add(name, { ...times, ...wire })}`, 'durationMs createdAt');
  expect({ durationMs, createdAt }).toEqual({ durationMs: null, createdAt: expect.any(String) });
});

test('durationMs of subtasks counts from when they were seen to begin', async () => {
  const created = { creationTimestamp: at(0) };
  const step = (name: string, status: string, more: object = {}): object => ({ name, status, ...created, ...more });
  const stages = (status: string): object => ({ stages: [step('check', status)] });
  const id = add('vcf-sfo', {
    status: 'IN_PROGRESS',
    ...created,
    subTasks: [step('a', 'IN_PROGRESS'), step('b', 'PENDING', stages('PENDING'))],
  });
  const fields = 'subtasks { nodes { ... on VcfSubtask { durationMs stages { durationMs } } } }';
  const durations = async (): Promise<Json> => (await task(`vcf-sfo:${id}`, fields)).subtasks.nodes;
  expect(await durations()).toEqual([
    { durationMs: 0, stages: [] },
    { durationMs: null, stages: [{ durationMs: null }] },
  ]);
  world.passTime(5 * minute);
  const ended = { completionTimestamp: at(0) };
  world.planes['vcf-sfo'].setTask(id, { subTasks: [step('a', 'SUCCESSFUL', ended), step('b', 'IN_PROGRESS', stages('IN_PROGRESS'))] });
  await durations();
  world.passTime(2 * minute);
  expect(await durations()).toEqual([
    { durationMs: 5 * minute, stages: [] },
    { durationMs: 2 * minute, stages: [{ durationMs: 2 * minute }] },
  ]);
});

test('a task that was seen to run before it was cancelled has a durationMs', async () => {
  const id = add('vcf-sfo', { status: 'IN_PROGRESS', creationTimestamp: at(-9) });
  expect(await task(`vcf-sfo:${id}`, 'durationMs')).toEqual({ durationMs: 9 * minute });
  world.planes['vcf-sfo'].setTask(id, { status: 'CANCELLED', completionTimestamp: at(-1) });
  world.passTime(1);
  expect(await task(`vcf-sfo:${id}`, 'durationMs')).toEqual({ durationMs: expect.closeTo(8 * minute, -2) });
});

test('percent is below 100 until the work is finished, and has at most one decimal', async () => {
  const step = (status: string): object => ({ name: status, status });
  const percent = async (name: 'astra-demo' | 'vcf-sfo', wire: object): Promise<number> =>
    (await task(`${name}:${add(name, { ...wire })}`, 'progress { percent }')).progress.percent;
  expect(await percent('astra-demo', { state: 'running', percentDone: 100 })).toBe(99.9);
  expect(await percent('astra-demo', { state: 'running', percentDone: 12.3456 })).toBe(12.3);
  expect(await percent('vcf-sfo', { status: 'IN_PROGRESS', subTasks: [step('SUCCESSFUL')] })).toBe(99.9);
  expect(await percent('vcf-sfo', { status: 'IN_PROGRESS', subTasks: ['SUCCESSFUL', 'PENDING', 'PENDING'].map(step) })).toBe(33.3);
  expect(await percent('vcf-sfo', { status: 'SUCCESSFUL', subTasks: [step('SUCCESSFUL')] })).toBe(100);
});

test('progress says whether the plane reported it or it was counted here', async () => {
  const fields = 'progress { percent basis completedSteps totalSteps }';
  const running = add('astra-demo', { percentDone: 42 });
  expect((await task(`astra-demo:${running}`, fields)).progress).toEqual({
    percent: 42,
    basis: 'REPORTED',
    completedSteps: null,
    totalSteps: null,
  });
  const completed = add('astra-demo', { percentDone: 42, state: 'completed' });
  expect((await task(`astra-demo:${completed}`, fields)).progress.percent).toBe(100);
  const subTasks = [
    { name: 'a', status: 'SUCCESSFUL' },
    {
      name: 'b',
      status: 'IN_PROGRESS',
      subTasks: [
        { name: 'c', status: 'SKIPPED' },
        { name: 'd', status: 'PENDING' },
        { name: 'e', status: 'FAILED' },
      ],
    },
  ];
  const counted = add('vcf-sfo', { status: 'IN_PROGRESS', subTasks });
  expect((await task(`vcf-sfo:${counted}`, fields)).progress).toEqual({
    percent: 75,
    basis: 'DERIVED_FROM_SUBTASKS',
    completedSteps: 3,
    totalSteps: 4,
  });
  const bare = add('vcf-sfo', { subTasks: [] });
  expect((await task(`vcf-sfo:${bare}`, fields)).progress).toBeNull();
});

test('a failed task with no errors of its own has the root cause that one of its stages reported', async () => {
  const { data } = await world.graphql(
    '{ tasks(filter: { kinds: [VCF], statuses: [FAILED] }, first: 200) { nodes { raw rootCause { code message subtaskPath } failures { message } } } }',
  );
  const silent = data.tasks.nodes.filter((one: Json) => one.raw.errors?.length === 0);
  expect(silent.length).toBeGreaterThan(0);
  for (const one of silent)
    expect(one).toMatchObject({
      rootCause: { code: 'ADAPTER_IN_USE', message: expect.stringContaining('vmnic1') },
      failures: [expect.anything()],
    });
});

test('the root cause is the deepest of nested errors and causes, and what succeeded in the end has none', async () => {
  const nestedErrors = [{ message: 'Middle', causes: [{ type: 'x', message: 'Deepest' }] }];
  const id = add('vcf-sfo', {
    status: 'FAILED',
    errors: [{ message: 'Outer', remediationMessage: 'Do it.', nestedErrors }],
  });
  const { rootCause, failures } = await task(
    `vcf-sfo:${id}`,
    'rootCause { message remediation } failures { message causes { message causes { message } } }',
  );
  expect(rootCause).toEqual({ message: 'Deepest', remediation: 'Do it.' });
  expect(failures).toEqual([{ message: 'Outer', causes: [{ message: 'Middle', causes: [{ message: 'Deepest' }] }] }]);
  const done = add('vcf-sfo', { status: 'SUCCESSFUL', errors: [{ message: 'Left over' }] });
  expect((await task(`vcf-sfo:${done}`, 'rootCause { message }')).rootCause).toBeNull();
});

test('raw is what the plane sent, without secrets at any depth', async () => {
  const sent = {
    userToken: 'canary',
    nested: [{ 'api-key': 'canary', Private_Key: 'canary', deep: { passPhrase: ['canary'] } }],
    referenceToken: 'KEPT',
    tokens: 3,
    html: '<b>',
  };
  const ids = [`vcf-sfo:${add('vcf-sfo', { ...sent })}`, `astra-demo:${add('astra-demo', { ...sent })}`];
  for (const id of ids) {
    const { raw } = await task(id, 'raw');
    expect(JSON.stringify(raw)).not.toContain('canary');
    expect(raw).toMatchObject({
      id: id.slice(id.indexOf(':') + 1),
      userToken: '[removed]',
      nested: [{ 'api-key': '[removed]', Private_Key: '[removed]', deep: { passPhrase: '[removed]' } }],
      referenceToken: 'KEPT',
      tokens: 3,
      html: '<b>',
    });
  }
});

test('nextPollAfterMs is the poll interval of its plane, at most one hour, and null when the task is finished', async () => {
  const ask = async (id: string): Promise<number | null> => (await task(id, 'nextPollAfterMs')).nextPollAfterMs;
  expect(await ask(`vcf-sfo:${add('vcf-sfo', { status: 'IN_PROGRESS' })}`)).toBe(5_000);
  expect(await ask(`vcf-lax:${add('vcf-lax', { status: 'IN_PROGRESS' })}`)).toBe(3_600_000);
  expect(await ask(`vcf-lax:${add('vcf-lax', { status: 'NEW_IN_10' })}`)).toBe(3_600_000);
  expect(await ask(`vcf-sfo:${add('vcf-sfo')}`)).toBeNull();
});

test('changedAt stays while observedAt moves on, until the plane sends something else', async () => {
  const plane = world.planes['vcf-sfo'];
  const id = add('vcf-sfo');
  const times = (): Promise<Json> => task(`vcf-sfo:${id}`, 'changedAt observedAt');
  const first = await times();
  expect(first).toEqual({ changedAt: at(0), observedAt: at(0) });
  world.passTime(minute);
  expect(await times()).toEqual({ changedAt: first.changedAt, observedAt: at(0) });
  plane.setTask(id, { name: 'Another' });
  world.passTime(minute);
  expect(await times()).toEqual({ changedAt: at(0), observedAt: at(0) });
});

test('an unmapped status is UNKNOWN, kept verbatim and warned of, and is no plane warning', async () => {
  const id = `vcf-sfo:${add('vcf-sfo', { status: 'Awaiting Moon' })}`;
  const one = await task(
    id,
    'status sourceStatus isFinished isSuccessful warnings { __typename ... on TaskWarningFields { code } ... on UnmappedStatusWarning { sourceStatus } }',
  );
  expect(one).toEqual({
    status: 'UNKNOWN',
    sourceStatus: 'Awaiting Moon',
    isFinished: false,
    isSuccessful: null,
    warnings: [{ __typename: 'UnmappedStatusWarning', code: 'UNMAPPED_STATUS', sourceStatus: 'Awaiting Moon' }],
  });
  const { data } = await world.graphql('query ($id: ID!) { tasks(filter: { ids: [$id], hasWarnings: true }) { totalCount } }', { id });
  expect(data.tasks.totalCount).toBe(0);
});
