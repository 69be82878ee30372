import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { type DemoPlanes, startDemoPlanes } from '../../src/cli/demo.js';
import { isJsonObject, type JsonObject } from '../../src/model/scalars.js';
import type { PlaneFault, PlaneResponse } from '../../src/sources/simulation/plane-server.js';
import type { SimulatedPlane } from '../../src/sources/simulation/simulated-plane.js';
import { modules } from './fourth-source/registry.js';
import { startTestGateway, type TestGateway } from '../support/test-gateway.js';
import type { Json } from '../support/post.js';
import { buildPlaneError } from '../support/plane-errors.js';

const sites = modules.flatMap((module) => module.demo.map(({ name }) => ({ name })));

/** Longer than what was known may be shown. */
const forgottenMs = 400_000;

/** The level of pino. */
const warning = 40;

let now: number;
let demo: DemoPlanes;
let gateway: TestGateway;
beforeEach(async () => {
  now = Date.UTC(2026, 10, 21, 8);
  demo = await startDemoPlanes({ modules, seed: 1, now: () => now });
  gateway = await startTestGateway(parse(demo.configuration).sources, { now: () => now, modules });
});
afterEach(async () => {
  await gateway?.gateway.close();
  await demo?.close();
});

function planeOf(name: string): SimulatedPlane {
  const plane = demo.planes[sites.findIndex((site) => site.name === name)];
  if (plane === undefined) throw new Error(`There is no plane ${name}.`);
  return plane;
}

interface Answer {
  readonly tasks: readonly Json[];
  outcomeOf(name: string): Json;
}

/** All tasks, asked for anew. Whatever a plane does, there is no error, and no more than warnings in the log. */
async function askAll(): Promise<Answer> {
  const { data, errors } = await gateway.graphql(`{
    tasks(first: 200, maxAgeMs: 0) {
      nodes { id sourceTaskId status sourceStatus isFinished source { name capabilities { list } } warnings { __typename } }
      sources {
        __typename taskCount source { name } problem { kind httpStatus }
        ... on TaskSourceAnswered { malformedCount isComplete }
      }
    }
  }`);
  const inLog = gateway.log.splice(0).filter((line) => JSON.parse(line).level > warning);
  expect({ errors, inLog }).toEqual({ errors: undefined, inLog: [] });
  const sources: readonly Json[] = data.tasks.sources;
  return { tasks: data.tasks.nodes, outcomeOf: (name) => sources.find(({ source }) => source.name === name) };
}

const idsOf = (tasks: readonly Json[], without?: Json): readonly string[] =>
  tasks
    .map(({ id }) => id)
    .filter((id) => id !== without?.id)
    .toSorted();

/** A task of the source that its plane is asked for with every reading. */
function findSample({ tasks }: Answer, name: string): Json {
  const open = tasks.filter(({ source, isFinished, sourceStatus }) => source.name === name && !isFinished && sourceStatus !== null);
  expect(open.length).toBeGreaterThan(0);
  return open[0];
}

/** The plane sends this instead of the task wherever it sends the task: alone, or in a list. */
function insteadOf({ sourceTaskId }: Json, change: (item: JsonObject) => unknown): PlaneFault {
  const inList = (list: readonly unknown[]): readonly unknown[] => list.map((item) => changed(item));
  const changed = (item: unknown): unknown => (isJsonObject(item) && item.id === sourceTaskId ? change(item) : item);
  const within = (body: unknown): unknown => {
    if (Array.isArray(body)) return inList(body);
    if (!isJsonObject(body) || body.id === sourceTaskId) return changed(body);
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? inList(value) : value]));
  };
  return (_call, handle): PlaneResponse => {
    const answer = handle();
    if (answer.body === undefined) return answer;
    const headers = { 'content-type': 'application/json', ...answer.headers };
    return { ...answer, headers, body: JSON.stringify(within(JSON.parse(JSON.stringify(answer.body)))) };
  };
}

/** In the form of every plane at once. */
const refusal = {
  error: 'no',
  ...buildPlaneError('catalog', 401),
  ...buildPlaneError('astra', 401),
  ...buildPlaneError('vcf', 401),
  status: 401,
};

const wholeFaults = [
  { what: 'answers 500', answer: { status: 500, body: { error: 'no' } }, kind: 'HTTP_STATUS' },
  {
    what: 'sends HTML with 200',
    answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' },
    kind: 'MALFORMED_RESPONSE',
  },
  { what: 'answers 401', answer: { status: 401, body: refusal }, kind: 'UNAUTHENTICATED' },
] as const;

describe.each(sites)('$name keeps the contract of every source when its plane does not', ({ name }) => {
  test.each(wholeFaults)('a plane that $what costs its own tasks alone', async ({ answer, kind }) => {
    const before = await askAll();
    const sample = findSample(before, name);
    now += forgottenMs;
    planeOf(name).server.fault = () => answer;
    const after = await askAll();
    expect(after.outcomeOf(name)).toMatchObject({ __typename: 'TaskSourceUnavailable', taskCount: 0, problem: { kind } });
    expect(idsOf(after.tasks)).toEqual(idsOf(before.tasks.filter(({ source }) => source.name !== name)));
    const { data, errors } = await gateway.graphql('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { id } }', { id: sample.id });
    expect([data.task, errors?.map(({ extensions }: Json) => extensions.code)]).toEqual([null, ['SOURCE_UNAVAILABLE']]);
  });

  test('another object with status 200 is never mistaken for an empty list', async () => {
    const before = await askAll();
    const sample = findSample(before, name);
    now += forgottenMs;
    planeOf(name).server.fault = (call, handle) => (call.method === 'GET' ? { status: 200, body: { error: 'try later' } } : handle());
    const after = await askAll();
    // A plane without a list is asked for each of its tasks: each is one that could not be read.
    expect(after.outcomeOf(name)).toMatchObject(
      sample.source.capabilities.list
        ? { __typename: 'TaskSourceUnavailable', problem: { kind: 'MALFORMED_RESPONSE' } }
        : { __typename: 'TaskSourceAnswered', malformedCount: expect.any(Number) },
    );
    expect(after.outcomeOf(name).malformedCount).not.toBe(0);
    expect(idsOf(after.tasks.filter(({ source }) => source.name !== name))).toEqual(
      idsOf(before.tasks.filter(({ source }) => source.name !== name)),
    );
  });

  test.each([
    ['text', () => 'rubbish'],
    ['null', () => null],
    ['a list', () => [1, 2]],
    ['an object without an id', () => ({})],
    ['a task whose id could be none', (item: JsonObject) => ({ ...item, id: '../../b?c=d' })],
    ['a task whose id is a number', (item: JsonObject) => ({ ...item, id: 7 })],
  ])('an item that is %s is counted, and costs no other', async (_what, change) => {
    const before = await askAll();
    const sample = findSample(before, name);
    now += 1;
    planeOf(name).server.fault = insteadOf(sample, change);
    const after = await askAll();
    expect(after.outcomeOf(name)).toMatchObject({ __typename: 'TaskSourceAnswered' });
    expect(after.outcomeOf(name).malformedCount).toBeGreaterThan(0);
    expect(idsOf(after.tasks, sample)).toEqual(idsOf(before.tasks, sample));
  });

  test('an unknown status is UNKNOWN with a warning, and affects no other task', async () => {
    const before = await askAll();
    const sample = findSample(before, name);
    const dancing = (item: JsonObject): unknown =>
      Object.fromEntries(Object.entries(item).map(([key, value]) => [key, value === sample.sourceStatus ? 'dancing' : value]));
    now += 1;
    planeOf(name).server.fault = insteadOf(sample, dancing);
    const after = await askAll();
    const { status, sourceStatus, warnings } = after.tasks.find(({ id }) => id === sample.id);
    expect({ status, sourceStatus }).toEqual({ status: 'UNKNOWN', sourceStatus: 'dancing' });
    expect(warnings).toContainEqual({ __typename: 'UnmappedStatusWarning' });
    expect(idsOf(after.tasks)).toEqual(idsOf(before.tasks));
  });
});
