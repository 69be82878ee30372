import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

const failure = '{ code message remediation referenceToken causes { message referenceToken } }';
const query = `query ($filter: TaskFilter) {
  tasks(filter: $filter, first: 200) {
    totalCount
    nodes {
      id sourceTaskId name rootCause ${failure} failures ${failure} resources { id sourceResourceId type name fqdn uri }
      warnings { ... on AstraWarning { additionalDetails } ... on CatalogWarning { requestId } }
    }
  }
}`;

let world: World;
let all: readonly Json[];
let hidden: string;
beforeAll(async () => {
  world = await World.start();
  hidden = world.planes['vcf-sfo'].addTask({
    status: 'FAILED',
    errors: [{ errorCode: 'OUTER', message: 'The workflow failed.', referenceToken: 'OUTERT' }],
    subTasks: [
      {
        name: 'Check space',
        status: 'FAILED',
        errors: [{ errorCode: 'DISK', message: 'No room left on /var', referenceToken: 'PLQGLD' }],
      },
      { name: 'Check clock', status: 'FAILED', errors: [{ message: 'NTP is off', remediationMessage: 'Set the clock of esx-7' }] },
    ],
  });
  world.planes['astra-demo'].addTask({
    state: 'completed',
    stateDetails: [
      { type: 'https://astra.netapp.io/problems/94', title: 'Slow', detail: 'Slow volume', correlationID: 'c0ffee00-0000-4000-8000-1' },
    ],
  });
  world.planes['astra-demo'].addTask({
    state: 'failed',
    stateDetails: [
      { type: 'https://astra.netapp.io/problems/40', title: 'Gone', detail: 'Bucket gone', correlationID: 'c0ffee00-0000-4000-8000-2' },
    ],
  });
  all = (await list({})).nodes;
});
afterAll(() => world.close());

async function list(filter: Json): Promise<Json> {
  const { data, errors } = await world.graphql(query, { filter });
  expect(errors).toBeUndefined();
  return data.tasks;
}

const find = async (text: string): Promise<readonly string[]> => (await list({ text })).nodes.map(({ id }: Json) => id);

/** A task of a source that has something, and that thing. */
function anyWith(source: string, pick: (task: Json) => unknown): { readonly id: string; readonly text: string } {
  const task = all.find((one) => one.id.startsWith(source) && pick(one) != null);
  return { id: task.id, text: String(pick(task)) };
}

const resourceOf =
  (type: string) =>
  (task: Json): unknown =>
    task.resources.find((one: Json) => one.type === type)?.sourceResourceId;

test.each<readonly [what: string, find: () => { readonly id: string; readonly text: string }]>([
  ['the reference token of a failed task', () => anyWith('vcf', ({ rootCause }) => rootCause?.referenceToken)],
  ['the text of its failure', () => anyWith('vcf', ({ rootCause }) => rootCause?.message)],
  ['a part of that text', () => anyWith('vcf', ({ rootCause }) => rootCause?.message.slice(3, 20))],
  ['the code of its failure', () => anyWith('vcf', ({ rootCause }) => rootCause?.code)],
  ['its remedy', () => anyWith('vcf', ({ rootCause }) => rootCause?.remediation)],
  ['the text of a failure of Astra', () => anyWith('astra', ({ rootCause }) => rootCause?.message)],
  ['the correlation id of a failure of Astra', () => anyWith('astra', ({ rootCause }) => rootCause?.referenceToken)],
  ['the correlation id of a warning of Astra', () => anyWith('astra', ({ warnings }) => warnings[0]?.additionalDetails?.correlationID)],
  ['the request id of a warning of the catalog', () => anyWith('catalog', ({ warnings }) => warnings[0]?.requestId)],
  ...['vcf', 'astra', 'catalog'].map(
    (source) => [`the id of a task at its plane: ${source}`, () => anyWith(source, ({ sourceTaskId }) => sourceTaskId)] as const,
  ),
  ['the beginning of that id', () => anyWith('vcf', ({ sourceTaskId }) => sourceTaskId.slice(0, 8))],
  ['the id of a task in this API', () => anyWith('vcf', ({ id }) => id)],
  ['the id of a resource in this API', () => anyWith('vcf', ({ resources }) => resources[0]?.id)],
  ['the id of a resource at its plane', () => anyWith('vcf', ({ resources }) => resources[0]?.sourceResourceId)],
  ['the name of a host', () => anyWith('vcf', ({ resources }) => resources.find((one: Json) => one.fqdn !== null)?.fqdn)],
  ['the id of an application of Astra', () => anyWith('astra', resourceOf('apps'))],
  ['the id of a cluster of Astra', () => anyWith('astra', resourceOf('managedClusters'))],
  ['the URI of a resource of Astra', () => anyWith('astra', ({ resources }) => resources[0]?.uri)],
])('finds %s, in either case and with spaces around it', async (_what, findExample) => {
  const { id, text } = findExample();
  const found = await find(text);
  expect(found).toContain(id);
  expect(found.length).toBeLessThan(all.length / 2);
  expect(await find(` ${text}\n`)).toEqual(found);
  const isIdOfApi = text.startsWith('resource:') || text === id;
  if (!isIdOfApi) expect(await find(text.toUpperCase())).toEqual(found);
});

test.each(['PLQGLD', 'no room LEFT', 'DISK', 'OUTERT', 'ntp is OFF', 'clock of esx-7', 'Check space'])(
  'finds a failure of a subtask that is not the one that the task reports: %s',
  async (text) => {
    expect(await find(text)).toEqual([`vcf-sfo:${hidden}`]);
  },
);

test.each(['topology', 'accounts', 'vcf-sfo', 'resource:', 'last known', 'TaskResource'])(
  'does not find what all tasks of a source share, or the gateway itself says: %s',
  async (text) => {
    expect(await find(text)).toEqual([]);
  },
);

test('what a short word is somewhere in the middle of an id finds nothing', async () => {
  const { text } = anyWith('vcf', ({ sourceTaskId }) => sourceTaskId.slice(9, 18));
  expect(await find(text)).toEqual([]);
});

test('resourceIds takes the application and the cluster of a task of Astra, and the failures are searched in the same way', async () => {
  for (const type of ['apps', 'managedClusters']) {
    const { id, text } = anyWith('astra', resourceOf(type));
    const { nodes } = await list({ resourceIds: [text] });
    expect(nodes.map((task: Json) => task.id)).toContain(id);
    expect((await list({ resourceTypes: [type.toUpperCase()], resourceIds: [text] })).totalCount).toBe(nodes.length);
  }
  const { data } = await world.graphql('{ taskFailureGroups(filter: { text: "plqgld" }) { nodes { count tasks { nodes { id } } } } }');
  expect(data.taskFailureGroups.nodes).toEqual([{ count: 1, tasks: { nodes: [{ id: `vcf-sfo:${hidden}` }] } }]);
});

test('a task that changes is found by what it says now', async () => {
  const plane = world.planes['vcf-lax'];
  const id = plane.addTask({ name: 'Before', status: 'IN_PROGRESS' });
  world.passTime(2_000);
  expect(await find('plqgl2')).toEqual([]);
  plane.setTask(id, { status: 'FAILED', errors: [{ message: 'No.', referenceToken: 'PLQGL2' }] });
  world.passTime(2_000);
  expect(await find('plqgl2')).toEqual([`vcf-lax:${id}`]);
});
