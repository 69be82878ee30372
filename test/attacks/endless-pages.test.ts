import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { PlaneFault, PlaneRequest } from '../../src/sources/simulation/plane-server.js';
import { Deadlines } from '../support/doubles/deadlines.js';
import { World } from '../support/world.js';

const timeoutMs = 30_000;
const deadlines = new Deadlines();
let world: World;
beforeAll(async () => {
  world = await World.start({
    sources: { 'astra-demo': { timeoutMs, maxPages: 50 }, 'vcf-sfo': { timeoutMs, maxPages: 50 } },
  });
});
beforeEach(() => {
  for (const name of ['astra-demo', 'vcf-sfo'] as const) world.planes[name].server.fault = null;
  world.passTime(400_000);
  world.forgetCalls();
});
afterAll(async () => {
  deadlines.giveBack();
  await world.close();
});

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A list of Astra Control whose pages have these ids, and always name a further one. */
const endlessAstra =
  (idsOfPage: (page: number) => readonly number[], token = (page: number): string => `t${page}`): PlaneFault =>
  ({ query }) => {
    const page = Number(query.get('continue')?.slice(1) ?? 0);
    const items = idsOfPage(page).map((id) => ({ id: uuid(id), state: 'running' }));
    return { status: 200, body: { items, metadata: { continue: token(page + 1) } } };
  };

/** The same of SDDC Manager, which counts its pages, or says nothing of them. */
const endlessVcf =
  (idsOfPage: (page: number) => readonly number[], pageMetadata?: object): PlaneFault =>
  (call, handle) => {
    if (call.path !== '/v1/tasks') return call.path === '/v1/credentials/tasks' ? { status: 200, body: { elements: [] } } : handle();
    const pageNumber = Number(call.query.get('pageNumber') ?? 0);
    const elements = idsOfPage(pageNumber).map((id) => ({ id: uuid(id), status: 'IN_PROGRESS' }));
    return { status: 200, body: { elements, ...(pageMetadata && { pageMetadata: { ...pageMetadata, pageNumber } }) } };
  };

const range = (count: number, from: number): readonly number[] => Array.from({ length: count }, (_, index) => from + index);
const million = { totalPages: 1_000_000, totalElements: 100_000_000 };

async function list(name: string) {
  const { data } = await world.graphql(
    `{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["${name}"] }) { totalCount sources { __typename
      ... on TaskSourceAnswered { isComplete problem { kind } } } } }`,
  );
  return { count: data.tasks.totalCount, ...data.tasks.sources[0], problem: data.tasks.sources[0].problem?.kind ?? null };
}

const listCalls = (name: 'astra-demo' | 'vcf-sfo'): readonly PlaneRequest[] =>
  world.calls(name).filter(({ path }) => path.endsWith('/tasks') && !path.includes('credentials'));

test.each([
  ['the same page for ever, with new tokens', 'astra-demo', endlessAstra(() => range(3, 1)), 3, 2, 'MALFORMED_RESPONSE'],
  ['empty pages for ever', 'astra-demo', endlessAstra((page) => (page === 0 ? range(3, 1) : [])), 3, 2, 'MALFORMED_RESPONSE'],
  [
    'pages of elements that are no tasks',
    'astra-demo',
    endlessAstra((page) => (page === 0 ? range(3, 1) : [-1])),
    3,
    2,
    'MALFORMED_RESPONSE',
  ],
  [
    'one token for ever',
    'astra-demo',
    endlessAstra(
      (page) => range(3, page * 3),
      () => 't1',
    ),
    6,
    2,
    'MALFORMED_RESPONSE',
  ],
  ['a new task on each page', 'astra-demo', endlessAstra((page) => range(1, page)), 50, 50, null],
  ['the same page for ever, of a million', 'vcf-sfo', endlessVcf(() => range(100, 1), million), 100, 5, 'MALFORMED_RESPONSE'],
  ['empty pages, of a million', 'vcf-sfo', endlessVcf((page) => (page === 0 ? range(100, 1) : []), million), 100, 5, 'MALFORMED_RESPONSE'],
  ['the same full page for ever, uncounted', 'vcf-sfo', endlessVcf(() => range(100, 1)), 100, 3, null],
  ['a new task on each page, of a million', 'vcf-sfo', endlessVcf((page) => range(1, page), million), 50, 50, null],
] as const)('%s (%s): reading ends, and what came is kept', async (_what, name, fault, count, calls, problem) => {
  world.planes[name].server.fault = fault;
  const answered = await list(name);
  expect(answered).toMatchObject({ __typename: 'TaskSourceAnswered', count, problem });
  if (problem !== null || calls === 50) expect(answered.isComplete).toBe(false);
  expect(listCalls(name).length).toBeLessThanOrEqual(calls);
});

test.each([
  ['astra-demo', endlessAstra((page) => range(5, page * 5)), 5],
  ['vcf-sfo', endlessVcf((page) => range(100, page * 100), million), 100],
] as const)('when pages of %s take too long, what came until then is kept, and the source says so', async (name, fault, count) => {
  let further = 0;
  world.planes[name].server.fault = (call, handle) => {
    const isFurther = call.query.has('continue') || call.query.has('pageNumber');
    if (!isFurther) return fault(call, handle);
    further += 1;
    return 'silence';
  };
  // The pages have four fifths of the time of the read.
  expect(
    await deadlines.endAfterOne(
      timeoutMs * 0.8,
      () => further > 0,
      () => list(name),
    ),
  ).toMatchObject({
    __typename: 'TaskSourceAnswered',
    count,
    isComplete: false,
    problem: 'TIMEOUT',
  });
});
