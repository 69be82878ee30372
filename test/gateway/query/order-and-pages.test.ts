import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compareCodePoints } from '../../../src/lib/code-points.js';
import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
let all: readonly Json[];
beforeAll(async () => {
  world = await World.start({ configuration: { reads: { maxAgeMs: 60_000 } } });
  world.planes['vcf-sfo'].fill(40);
  for (const name of ['Ünlaut', '\u{1F600} smile', '\uFFFD replacement', 'backing up', '']) world.planes['vcf-lax'].addTask({ name });
  all = (await world.graphql(`{ tasks(first: 200) { nodes { ${fields} } } }`)).data.tasks.nodes;
});
afterAll(() => world.close());

const fields = 'id name status isFinished createdAt finishedAt changedAt source { name kind }';
const query = `query ($filter: TaskFilter, $orderBy: TaskOrder, $first: Int, $after: String, $last: Int, $before: String) {
  tasks(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const keys: Readonly<Record<string, string>> = {
  CREATED_AT: 'createdAt',
  CHANGED_AT: 'changedAt',
  FINISHED_AT: 'finishedAt',
  NAME: 'name',
};
const anyOrder = fc.record({ field: fc.constantFrom(...Object.keys(keys)), direction: fc.constantFrom('ASC', 'DESC') });
const filters: readonly (readonly [Json, (task: Json) => boolean])[] = [
  [null, () => true],
  [{ kinds: ['VCF'] }, (task) => task.source.kind === 'VCF'],
  [{ isFinished: true, not: { sourceNames: ['vcf-sfo'] } }, (task) => task.isFinished && task.source.name !== 'vcf-sfo'],
  [{ statuses: ['RUNNING', 'SUCCEEDED', 'FAILED'] }, (task) => ['RUNNING', 'SUCCEEDED', 'FAILED'].includes(task.status)],
  [{ finishedAfter: '2000-01-01T00:00:00Z' }, (task) => task.finishedAt !== null && task.finishedAt >= '2000'],
  [{ statuses: [] }, () => false],
];

/** Nulls last in both directions; ties by id, ascending, always. */
function sorted(tasks: readonly Json[], { field, direction }: { field: string; direction: string }): readonly string[] {
  const key = keys[field] ?? '';
  const compare = (a: Json, b: Json): number => {
    if (a[key] === b[key]) return compareCodePoints(a.id, b.id);
    if (a[key] === null || b[key] === null) return a[key] === null ? 1 : -1;
    return compareCodePoints(a[key], b[key]) * (direction === 'ASC' ? 1 : -1);
  };
  return tasks.toSorted(compare).map((task) => task.id);
}

async function walk(variables: Json, size: number, isForwards: boolean, between: () => void = () => undefined): Promise<readonly string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 250; pages++) {
    const range: Json = isForwards ? { first: size, after: cursor } : { last: size, before: cursor };
    const { data, errors }: Json = await world.graphql(query, { ...variables, ...range });
    expect(errors).toBeUndefined();
    const ids: readonly string[] = data.tasks.nodes.map((task: Json) => task.id);
    if (isForwards) seen.push(...ids);
    else seen.unshift(...ids);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = data.tasks.pageInfo;
    if (!(isForwards ? hasNextPage : hasPreviousPage)) return seen;
    cursor = isForwards ? endCursor : startCursor;
    between();
  }
  throw new Error('There is no end to the pages.');
}

test('every order, both ways, is the sorted list with nulls last', async () => {
  expect(all.some((task) => task.finishedAt === null)).toBe(true);
  for (const field of Object.keys(keys)) {
    for (const direction of ['ASC', 'DESC']) {
      const { data } = await world.graphql('query ($orderBy: TaskOrder) { tasks(first: 200, orderBy: $orderBy) { nodes { id } } }', {
        orderBy: { field, direction },
      });
      expect(data.tasks.nodes.map((task: Json) => task.id)).toEqual(sorted(all, { field, direction }));
    }
  }
});

test('the pages of any filter, order and size are the whole sorted list, both ways', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...filters),
      anyOrder,
      fc.integer({ min: 7, max: 60 }),
      fc.boolean(),
      async ([filter, matches], orderBy, size, isForwards) => {
        expect(await walk({ filter, orderBy }, size, isForwards)).toEqual(sorted(all.filter(matches), orderBy));
      },
    ),
    { numRuns: 40 },
  );
});

test('tasks that appear between pages hide no other task', async () => {
  await fc.assert(
    fc.asyncProperty(anyOrder, fc.integer({ min: 20, max: 60 }), fc.boolean(), async (orderBy, size, isForwards) => {
      const added: string[] = [];
      const add = (): void => {
        added.push(
          world.planes['vcf-lax'].addTask({
            name: `Late ${added.length}`,
            creationTimestamp: new Date(world.now - added.length * 3_600_000).toISOString(),
          }),
        );
        world.passTime(61_000);
      };
      const seen = await walk({ filter: { sourceNames: ['vcf-lax', 'vcf-sfo'] }, orderBy }, size, isForwards, add);
      const ids = new Set(all.map((task) => task.id));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => ids.has(id))).toEqual(
        sorted(
          all.filter((task) => task.source.kind === 'VCF'),
          orderBy,
        ),
      );
      for (const id of added) world.planes['vcf-lax'].removeTask(id);
    }),
    { numRuns: 12 },
  );
});
