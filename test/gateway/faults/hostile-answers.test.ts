import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { PlaneServer } from '../../../src/sources/simulation/plane-server.js';
import type { Json } from '../../support/post.js';
import { World, type PlaneName } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ sources: { 'vcf-lax': { maxItems: 500 }, 'astra-demo': { maxItems: 500 } } });
});
afterAll(() => world.close());

const id = '00000000-0000-4000-8000-000000000001';
const times = (count: number, text: string): string => `${text},`.repeat(count).slice(0, -1);
const vcf = (fields: string): string => `{"elements":[{"id":"${id}","name":"n","status":"FAILED",${fields}}]}`;
const astra = (fields: string): string => `{"items":[{"id":"${id}","name":"n","state":"failed",${fields}}],"metadata":{}}`;

const query = `query ($names: [String!]!) {
  tasks(first: 200, maxAgeMs: 0, filter: { sourceNames: $names }) {
    nodes {
      id
      source { name }
      warnings { ... on MalformedDataWarning { message fields } }
    }
    sources {
      source { name }
      ... on TaskSourceAnswered { isComplete malformedCount taskCount problem { kind message } }
      ... on TaskSourceStale { problem { kind message } }
      ... on TaskSourceUnavailable { problem { kind message } }
    }
  }
}`;

/** One operation over the plane that sends this text for its list, and another plane, whose part of it is checked. */
async function ask(plane: PlaneName, text: string): Promise<{ readonly outcome: Json; readonly tasks: readonly Json[] }> {
  const { server }: { readonly server: PlaneServer } = world.planes[plane];
  server.fault = ({ path }, handle) => {
    if (path.endsWith('/credentials/tasks')) return { status: 200, body: '{"elements":[]}' };
    return path.endsWith('/tasks') ? { status: 200, body: text } : handle();
  };
  world.passTime(60_000);
  const { data, errors } = await world.graphql(query, { names: [plane, 'vcf-sfo'] });
  server.fault = null;
  expect(errors).toBeUndefined();
  const outcomes = new Map<string, Json>(data.tasks.sources.map(({ source, ...outcome }: Json) => [source.name, outcome]));
  expect(outcomes.get('vcf-sfo')).toMatchObject({ isComplete: true, problem: null });
  expect(outcomes.get('vcf-sfo').taskCount).toBeGreaterThan(0);
  return { outcome: outcomes.get(plane), tasks: data.tasks.nodes.filter(({ source }: Json) => source.name === plane) };
}

describe('What a task has too much of is left out, with a warning that counts it, and costs no other source its answer:', () => {
  test.each<readonly [string, PlaneName, string, string, number]>([
    ['empty subtasks', 'vcf-lax', vcf(`"subTasks":[${times(100_000, '{}')}]`), 'subTasks', 90_002],
    ['subtasks', 'vcf-lax', vcf(`"subTasks":[${times(30_000, '{"name":"a","status":"SUCCESSFUL"}')}]`), 'subTasks', 23_335],
    ['errors', 'vcf-lax', vcf(`"errors":[${times(50_000, '{"message":"m"}')}]`), 'errors', 40_002],
    ['causes', 'vcf-lax', vcf(`"errors":[{"message":"m","causes":[${times(200_000, '{"message":"m"}')}]}]`), 'causes', 190_004],
    [
      'nested causes',
      'vcf-lax',
      vcf(`"errors":[${times(100, `{"nestedErrors":[${times(900, '{"message":"m"}')}]}`)}]`),
      'nestedErrors',
      814,
    ],
    ['stages', 'vcf-lax', vcf(`"subTasks":[{"stages":[${times(12_000, '{}')}]}]`), 'stages', 2_003],
    ['details', 'astra-demo', astra(`"stateDetails":[${times(50_000, '{"title":"t"}')}]`), 'stateDetails', 40_002],
    ['labels', 'astra-demo', astra(`"metadata":{"labels":[${times(50_000, '{"name":"n","value":"v"}')}]}`), 'labels', 43_335],
    [
      'URIs',
      'astra-demo',
      astra(`"resourceCollectionURI":[${times(50_000, '"/accounts/a/k8s/v1/apps/b"')}]`),
      'resourceCollectionURI',
      40_000,
    ],
  ])('%s of %s', async (_what, plane, text, name, count) => {
    const { outcome, tasks } = await ask(plane, text);
    expect(outcome).toEqual({ isComplete: true, malformedCount: 0, taskCount: 1, problem: null });
    const warning = tasks[0].warnings.find(({ message = '' }: Json) => message.includes('Left out'));
    expect(warning.message).toContain(`${count} of ${name}`);
    expect(warning.fields).toContain(name);
  });

  test('members that no task has', async () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `"k${index}":0`).join(',');
    const { outcome, tasks } = await ask('vcf-lax', vcf(keys));
    expect(outcome).toMatchObject({ taskCount: 1, isComplete: true });
    expect(tasks[0].warnings).toContainEqual({
      message: 'The plane sent more of one task than is read. Left out: 49003 others.',
      fields: [],
    });
  });
});

describe('Items that are no tasks count towards maxItems:', () => {
  test.each<readonly [string, PlaneName, string]>([
    ['empty objects', 'vcf-lax', `{"elements":[${times(100_000, '{}')}]}`],
    ['zeros', 'vcf-lax', `{"elements":[${times(100_000, '0')}]}`],
    ['objects without an id', 'vcf-lax', `{"elements":[${times(20_000, '{"name":"a name"}')}]}`],
    ['lists', 'vcf-lax', `{"elements":[${times(20_000, '[[]]')}],"pageMetadata":{"totalElements":20000}}`],
    ['empty objects', 'astra-demo', `{"items":[${times(100_000, '{}')}],"metadata":{}}`],
    ['zeros', 'astra-demo', `{"items":[${times(100_000, '0')}],"metadata":{}}`],
  ])('%s of %s', async (_what, plane, text) => {
    const { outcome } = await ask(plane, text);
    expect(outcome).toMatchObject({ isComplete: false, malformedCount: 500 });
  });
});

test.each([
  ['nested too deeply', vcf(`"errors":[${'{"nestedErrors":['.repeat(50_000)}${']}'.repeat(50_000)}]`), 'nested too deeply'],
  ['too large beside the list', `{"elements":[],"x":[${times(200_000, '{}')}]}`, 'too large to be read at once'],
  ['too large before the list', `{"x":[${times(200_000, '{}')}],"elements":[]}`, 'too large to be read at once'],
  ['not JSON', `<html>${'<p>'.repeat(100_000)}`, 'not JSON'],
])('An answer that is %s fails this source alone.', async (_what, text, message) => {
  const { outcome } = await ask('vcf-lax', text);
  expect(outcome.problem).toEqual({ kind: 'MALFORMED_RESPONSE', message: expect.stringContaining(message) });
});

test('A task with a text of megabytes is left out and counted, and the others are there.', async () => {
  const text = `{"elements":[{"id":"a","name":"${'x'.repeat(5_000_000)}"},{"id":"b","status":"FAILED"}]}`;
  const { outcome, tasks } = await ask('vcf-lax', text);
  expect(outcome).toMatchObject({ malformedCount: 1, taskCount: 1 });
  expect(tasks.map((task) => task.id)).toEqual(['vcf-lax:b']);
});

test('A single task of the catalog is cut like any other.', async () => {
  const { server } = world.planes['catalog-demo'];
  const { data } = await world.graphql(
    '{ tasks(first: 1, filter: { sourceNames: ["catalog-demo"], isFinished: false }) { nodes { id sourceTaskId } } }',
  );
  const [{ id: taskId, sourceTaskId }] = data.tasks.nodes;
  const warnings = `"warnings":[${times(20_000, '{"code":"c","message":"m"}')}]`;
  server.fault = () => ({ status: 200, body: `{"id":"${sourceTaskId}",${warnings},"status":"failed","error_message":"It failed"}` });
  const answer = await world.graphql(
    'query ($id: ID!) { task(id: $id, maxAgeMs: 0) { status failures { message } warnings { ... on MalformedDataWarning { message } } } }',
    { id: taskId },
  );
  server.fault = null;
  expect(answer.data.task).toMatchObject({ status: 'FAILED', failures: [{ message: 'It failed' }] });
  expect(answer.data.task.warnings.at(-1).message).toContain('13334 of warnings');
});
