import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { type PlaneResponse, type PlaneRequest, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { isJsonObject } from '../../src/model/scalars.js';
import { type Example, listExamples } from './plane-examples.js';
import { startTestGateway, type TestGateway } from '../support/test-gateway.js';
import { upstreams } from '../support/upstream-files.js';
import { describeWith } from '../support/describe-with-tool.js';
import { queryEveryField, queryOneTask } from '../support/query-every-field.js';
import { buildPlaneError } from '../support/plane-errors.js';

const placeholder: Example = { file: 'nothing', payload: null };
const names = ['catalog', 'astra', 'vcf'] as const;
type Name = (typeof names)[number];
const examples = names.flatMap((plane) => {
  const found = listExamples(plane);
  return (found.length === 0 ? [placeholder] : found).map((example) => ({ plane, ...example }));
});

const tracked = ['healthy', 'strange'];
const uuid = '11111111-1111-4111-8111-111111111111';
const accountId = '00000000-0000-4000-8000-000000000000';

/** What the three planes answer where a test does not say otherwise: one healthy task each. */
const healthy: Readonly<Record<Name, Readonly<Record<string, unknown>>>> = {
  catalog: {
    id: 'healthy',
    operation: 'create',
    status: 'running',
    created_at: '2026-06-01T12:00:00.000Z',
    updated_at: '2026-06-01T12:00:02.000Z',
  },
  astra: { id: uuid, name: 'astra.backup', summary: 'Backup', state: 'running' },
  vcf: { id: uuid, name: 'Commission a host', status: 'IN_PROGRESS', creationTimestamp: '2026-06-01T12:00:00.000Z' },
};

type Handler = (call: PlaneRequest) => PlaneResponse | null;

describeWith(upstreams)('Every example payload', () => {
  const planes = new Map<Name, PlaneServer>();
  let gateway: TestGateway;
  let now = Date.UTC(2026, 10, 21, 8);
  let instead: { readonly plane: Name; readonly answer: Handler } | null = null;

  beforeAll(async () => {
    for (const name of names) {
      planes.set(
        name,
        await PlaneServer.start((call) => (instead?.plane === name ? instead.answer(call) : null) ?? healthyAnswer(name, call)),
      );
    }
    const url = (name: Name): string => planes.get(name)?.url ?? '';
    gateway = await startTestGateway(
      [
        { name: 'catalog', kind: 'catalog', url: url('catalog'), zoneId: 'zone_1', tasks: tracked, credentials: { token: 'canary' } },
        { name: 'astra', kind: 'astra', url: url('astra'), accountId, credentials: { token: 'canary' } },
        { name: 'vcf', kind: 'vcf', url: url('vcf'), credentials: { username: 'a', password: 'canary' } },
      ],
      { now: () => now },
    );
  });
  afterAll(async () => {
    await gateway?.gateway.close();
    await Promise.all([...planes.values()].map((plane) => plane.close()));
  });
  // Ten minutes between two tests: nothing that was known is shown, and every pause is over.
  beforeEach(() => {
    now += 600_000;
    instead = null;
  });

  async function healthyTasks(): Promise<readonly string[]> {
    const { tasks } = await queryEveryField(gateway, names);
    return tasks.map(({ id }) => String(id));
  }

  test('Without any of them, each plane shows its one task.', async () => {
    expect((await healthyTasks()).toSorted()).toEqual([`astra:${uuid}`, 'catalog:healthy', `vcf:${uuid}`]);
  });

  test.each(examples)('$plane/$file, as items of a list, costs no other task of that list.', async ({ plane, payload }) => {
    instead = { plane, answer: (call) => (isTokenCall(call) ? null : listOf(plane, itemsIn(payload), call)) };
    expect(await healthyTasks()).toEqual(expect.arrayContaining([`astra:${uuid}`, 'catalog:healthy', `vcf:${uuid}`]));
  });

  test.each(examples)('$plane/$file, as the answer to everything, costs no other plane anything.', async ({ plane, payload }) => {
    instead = { plane, answer: (call) => (isTokenCall(call) ? null : { status: 200, body: payload }) };
    const others = names.filter((name) => name !== plane).map((name) => `${name}:${String(healthy[name]['id'])}`);
    expect(await healthyTasks()).toEqual(expect.arrayContaining(others));
    for (const id of idsIn(payload)) {
      const task = await queryOneTask(gateway, `${plane}:${id}`);
      expect(task === null || task === 'SOURCE_UNAVAILABLE' || task.sourceTaskId === id).toBe(true);
    }
  });

  test.each(examples)('$plane/$file, as the body of an error, costs no other plane anything.', async ({ plane, file, payload }) => {
    const others = names.filter((name) => name !== plane).map((name) => `${name}:${String(healthy[name]['id'])}`);
    for (const status of [400, 401, 403, 404, 409, 429, 500, 503]) {
      now += 600_000;
      instead = { plane, answer: (call) => (isTokenCall(call) ? null : { status, body: payload }) };
      const { tasks, outcomeOf } = await queryEveryField(gateway, names);
      expect(tasks.map(({ id }) => id)).toEqual(expect.arrayContaining(others));
      // Any other payload does not have the form in which the catalog says that a task is not there.
      const isAbsence = file === 'error-404-synthetic.json' && status === 404;
      expect(outcomeOf(plane).__typename).toBe(isAbsence ? 'TaskSourceAnswered' : 'TaskSourceUnavailable');
    }
  });
});

function isTokenCall({ path }: PlaneRequest): boolean {
  return path.startsWith('/v1/tokens');
}

function healthyAnswer(plane: Name, call: PlaneRequest): PlaneResponse {
  if (isTokenCall(call)) return { status: 201, body: upstreamToken };
  return listOf(plane, [], call);
}

const upstreamToken = { accessToken: 'canary-token', refreshToken: { id: 'canary-id' } };

/** A list of strange items and a healthy one; the catalog has no list, so its second tracked task is strange. */
function listOf(plane: Name, items: readonly unknown[], { path }: PlaneRequest): PlaneResponse {
  if (plane === 'astra') return { status: 200, body: { items: [...items, healthy.astra], metadata: {} } };
  if (plane === 'vcf') return { status: 200, body: { elements: path.includes('credentials') ? items : [...items, healthy.vcf] } };
  if (path.endsWith('/healthy')) return { status: 200, body: healthy.catalog };
  const [first] = items;
  return first === undefined
    ? { status: 404, body: buildPlaneError('catalog', 404) }
    : { status: 200, body: isJsonObject(first) ? { ...first, id: 'strange' } : first };
}

/** The payload itself, and what it lists. */
function itemsIn(payload: unknown): readonly unknown[] {
  const listed = isJsonObject(payload) ? [payload['items'], payload['elements']] : [payload];
  return [payload, ...listed.flatMap((list): unknown[] => (Array.isArray(list) ? list : []))];
}

function idsIn(payload: unknown): readonly string[] {
  return itemsIn(payload).flatMap((item) => (isJsonObject(item) && typeof item['id'] === 'string' ? [item['id']] : []));
}
