import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { act, allActions } from '../actions/act.js';
import { HistoryWorld } from './history-world.js';

let site: HistoryWorld;
beforeEach(async () => {
  site = await HistoryWorld.start();
});
afterEach(() => site.close());

const warning = { __typename: 'StaleDataWarning', message: 'The plane no longer has this task; this is what was last known.' };
const fields = `id name status isFinished nextPollAfterMs observedAt raw parent { id } subtasks { nodes { ... on AstraTask { id } } }
  warnings { __typename ... on TaskWarningFields { message } } retry { isAllowed blockers { code message } } cancel { blockers { code } }`;

const astraOnly = { sourceNames: ['astra-demo'] };
const idsOf = (page: { nodes: { id: string }[] }): string[] => page.nodes.map(({ id }) => id);

test('a forgotten task is served from the store by every field that returns one task', async () => {
  const astra = site.world.planes['astra-demo'];
  const parentId = astra.addTask({ state: 'completed' });
  const childId = astra.addTask({ state: 'completed', parentTaskID: parentId });
  const [parent, child] = [`astra-demo:${parentId}`, `astra-demo:${childId}`];
  const before = await site.task(parent, fields);
  await site.tasks(astraOnly);
  const readAt = new Date(site.world.now).toISOString();
  for (const id of [parentId, childId]) astra.removeTask(id);
  site.world.passTime(5_000);

  const after = await site.task(parent, fields);
  const { retry: _retry, cancel: _cancel, subtasks: _subtasks, ...same } = before;
  expect(after).toMatchObject({ ...same, observedAt: readAt, warnings: [...before.warnings, warning] });
  expect(after.raw).toMatchObject({ id: parentId });
  expect(after.subtasks.nodes).toEqual([{ id: child }]);
  expect(await site.task(child, 'parent { id }')).toEqual({ parent: { id: parent } });
  const { data, errors } = await site.world.graphql(
    `query ($id: ID!, $local: String!) { node(id: $id) { id } nodes(ids: [$id]) { id } taskBySourceTaskId(sourceName: "astra-demo", sourceTaskId: $local) { id } }`,
    { id: parent, local: parentId },
  );
  expect({ data, errors }).toEqual({ data: { node: { id: parent }, nodes: [{ id: parent }], taskBySourceTaskId: { id: parent } } });
});

test('a forgotten task allows no action and says why; nothing is sent', async () => {
  const vcf = site.world.planes['vcf-sfo'];
  const sourceTaskId = vcf.addTask({ status: 'FAILED' });
  const id = `vcf-sfo:${sourceTaskId}`;
  expect(await site.task(id, 'retry { isAllowed }')).toEqual({ retry: { isAllowed: true } });
  vcf.removeTask(sourceTaskId);
  site.world.passTime(5_000);
  const blockers = [{ code: 'OTHER', message: 'The plane no longer has this task, so it accepts no action on it.' }];
  expect((await site.task(id, fields)).retry).toEqual({ isAllowed: false, blockers });
  expect(await act(site.world, 'retryTask', { id })).toMatchObject({
    outcome: 'REJECTED',
    task: { id, warnings: [{ __typename: 'StaleDataWarning' }] },
    errors: [{ __typename: 'TaskActionNotAllowedError', blockers }],
  });
  expect(allActions(site.world)).toEqual([]);
});

test('tasks excludes forgotten tasks unless includeForgotten is true; the filter applies to them, too', async () => {
  const astra = site.world.planes['astra-demo'];
  const sourceTaskId = astra.addTask({ state: 'running' });
  const id = `astra-demo:${sourceTaskId}`;
  const createdAt = new Date(site.world.now).toISOString();
  const listed = await site.tasks(astraOnly);
  expect(idsOf(listed)).toContain(id);
  astra.removeTask(sourceTaskId);
  site.world.passTime(7 * 86_400_000);
  const without = await site.tasks(astraOnly);
  expect(idsOf(without)).not.toContain(id);
  const wanted = { ...astraOnly, includeForgotten: true };
  const all = await site.tasks(wanted, 'nextPollAfterMs warnings { __typename }');
  // Astra deletes tasks after a day.
  expect(new Set(idsOf(all))).toEqual(new Set([...idsOf(listed), ...idsOf(without)]));
  expect(all.totalCount).toBe(all.nodes.length);
  expect(all.nodes.find((node: { id: string }) => node.id === id)).toEqual({
    id,
    status: 'RUNNING',
    nextPollAfterMs: null,
    warnings: [{ __typename: 'StaleDataWarning' }],
  });
  expect(idsOf(await site.tasks({ ...wanted, createdAfter: createdAt }))).toContain(id);
  for (const over of [{ createdBefore: createdAt }, { isFinished: true }, { not: { ids: [id] } }, { includeForgotten: false }]) {
    expect(idsOf(await site.tasks({ ...wanted, ...over }))).not.toContain(id);
  }
  expect(idsOf(await site.tasks({ not: { includeForgotten: true }, ids: [id] }))).toEqual([]);
});

test('a recorded task outlives a restart, also when the plane forgot it meanwhile; a task that comes back is not forgotten', async () => {
  const { 'astra-demo': astra, 'catalog-demo': catalog } = site.world.planes;
  const [gone, meanwhile] = [astra.addTask({ state: 'completed' }), astra.addTask({ state: 'failed' })];
  const [tracked = ''] = catalog.trackedIds;
  await site.tasks({});
  astra.removeTask(gone);
  await site.tasks({});
  const kept = catalog.zone.tasks.get(tracked);
  await site.world.restart(() => {
    astra.removeTask(meanwhile);
    catalog.zone.tasks.delete(tracked);
  });
  const forgotten = [`astra-demo:${gone}`, `astra-demo:${meanwhile}`, `catalog-demo:${tracked}`];
  const filter = { includeForgotten: true };
  const stale = (await site.tasks(filter, 'warnings { __typename }')).nodes.filter((node: { warnings: { __typename: string }[] }) =>
    node.warnings.some(({ __typename }) => __typename === 'StaleDataWarning'),
  );
  expect(stale.map(({ id }: { id: string }) => id).toSorted()).toEqual(forgotten.toSorted());
  if (kept !== undefined) catalog.zone.tasks.set(tracked, kept);
  site.world.passTime(5_000);
  await site.tasks({});
  expect(await site.task(forgotten[2] ?? '', 'warnings { __typename }')).toEqual({ warnings: [] });
});

test('a forgotten task is served when its plane does not answer, too', async () => {
  const astra = site.world.planes['astra-demo'];
  const [sourceTaskId, other] = [astra.addTask({ state: 'completed' }), astra.addTask({ state: 'completed' })];
  await site.tasks({});
  astra.removeTask(sourceTaskId);
  await site.tasks({});
  astra.server.fault = () => 'hang-up';
  site.world.passTime(3_600_000);
  expect(await site.task(`astra-demo:${sourceTaskId}`, fields)).toMatchObject({ warnings: [warning] });
  expect(idsOf(await site.tasks({ ...astraOnly, includeForgotten: true }))).toEqual([`astra-demo:${sourceTaskId}`]);
  const { data, errors } = await site.world.graphql('query ($id: ID!) { task(id: $id) { id } }', { id: `astra-demo:${other}` });
  expect({ data, errors }).toMatchObject({ data: { task: null }, errors: [{ extensions: { code: 'SOURCE_UNAVAILABLE' } }] });
});

test('a forgotten task is deleted after the retention', async () => {
  await site.close();
  site = await HistoryWorld.start({}, { keep: '1h' });
  const astra = site.world.planes['astra-demo'];
  const sourceTaskId = astra.addTask({ state: 'completed' });
  const id = `astra-demo:${sourceTaskId}`;
  await site.tasks({});
  astra.removeTask(sourceTaskId);
  await site.tasks({});
  site.world.passTime(3_600_000);
  await site.world.restart();
  expect(await site.task(id, 'id')).toEqual({ id });
  await site.world.restart();
  expect(await site.task(id, 'id')).toBeNull();
});
