import fc from 'fast-check';

import type { PlaneFault } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { generateOperation, type GeneratedOperation } from '../execution/generated-operation.js';
import type { Callers } from '../support/callers.js';
import { buildTestSchema } from '../support/test-schema.js';
import { operations } from './operations.js';
import { planeNames, type TwinRequest, TwinWorlds } from './twin-worlds.js';

const schema = buildTestSchema(sourceModules, { node: false, scopes: false });
const everything = { actions: ['read', 'retry', 'cancel', 'track', 'introspect'], sources: ['*'] } as const;
export const accessTables: readonly Callers[] = [
  { all: [everything], twin: [everything], some: [{ actions: ['read'], sources: ['vcf-*'] }] },
  {
    all: [everything],
    twin: [{ actions: ['read'], sources: ['astra-demo'] }],
    some: [{ actions: ['read'], sources: ['vcf-sfo', 'catalog-demo'] }],
  },
];

/** None that opens a circuit: when it opens depends on which of several calls that fail ends first. */
const faults: readonly (PlaneFault | null)[] = [
  null,
  null,
  () => ({ status: 403, body: {} }),
  () => ({ status: 400, body: {} }),
  () => ({ status: 200, body: { unexpected: true } }),
];

export type Step =
  /** Sent so many times at once. Two that differ would race: which one is told what the other one read? */
  | { readonly kind: 'request'; readonly request: GeneratedRequest; readonly times: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'change'; readonly task: number; readonly to: number }
  | { readonly kind: 'remove'; readonly task: number }
  | { readonly kind: 'fault'; readonly plane: number; readonly fault: number }
  | { readonly kind: 'access'; readonly table: number };

interface GeneratedRequest {
  /** One of the table, or the choices from which one is generated. */
  readonly operation: number | readonly number[];
  readonly caller: 'all' | 'twin' | 'some';
  readonly ids: readonly number[];
  readonly method: 'GET' | 'POST';
  /** Which of the tags seen so far it sends; null: none. */
  readonly tag: number | null;
}

const requests = fc.record({
  operation: fc.oneof(fc.nat(operations.length - 1), fc.nat(operations.length - 1), fc.array(fc.nat(), { minLength: 100, maxLength: 100 })),
  caller: fc.constantFrom('all', 'all', 'twin', 'some'),
  ids: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
  method: fc.constantFrom('GET', 'POST', 'POST'),
  tag: fc.option(fc.nat(30)),
});

/** Requests come again: the same ones a few times in a sequence. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(requests, { minLength: 2, maxLength: 5 }).chain((pool) => {
  const again = fc.constantFrom(...pool);
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.record({ kind: fc.constant('request'), request: again, times: fc.constantFrom(1, 1, 2, 3) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(1, 600, 1_000, 1_001, 70_000, 310_000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('advance'), ms: fc.constantFrom(500, 5_000, 40_000) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('change'), task: fc.nat(9), to: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), task: fc.nat(4) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('fault'), plane: fc.nat(3), fault: fc.nat(faults.length - 1) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('access'), table: fc.nat(1) }) },
    ) as fc.Arbitrary<Step>,
    { minLength: 20, maxLength: 40 },
  );
});

/** Runs one sequence in both worlds. */
export async function play(twins: TwinWorlds, sequence: readonly Step[]): Promise<void> {
  const tasks = prepareTasks(twins);
  const tags: string[] = [];
  const toRequest = ({ operation, caller, ids, method, tag }: GeneratedRequest): TwinRequest => {
    const query = typeof operation === 'number' ? (operations[operation] ?? '') : '';
    const variables = query.startsWith('query') ? fillVariables(ids.map((id) => tasks.ids[id] ?? '')) : {};
    const sent = typeof operation === 'number' ? { query, variables } : generate(operation, tasks.ids);
    // How long a plane really took differs between the worlds, so a tag of one is never that of the other.
    const known = tag === null || sent.query.includes('latencyMs') ? undefined : tags[tag % (tags.length || 1)];
    return { ...sent, caller, method, headers: known === undefined ? {} : { 'if-none-match': known } };
  };
  for (const step of sequence) {
    if (step.kind === 'request') {
      const request = toRequest(step.request);
      // What is told of the health of sources depends on which reads of the others have ended.
      const times = /\bhealth\b/.test(request.query) ? 1 : step.times;
      for (const { headers } of await twins.expectSame(Array.from({ length: times }, () => request)))
        if (typeof headers['etag'] === 'string') tags.push(headers['etag']);
    } else if (step.kind === 'pass') twins.each((world) => world.passTime(step.ms));
    else if (step.kind === 'advance') twins.each((world) => world.advance(step.ms));
    else if (step.kind === 'change') tasks.change(step.task, step.to);
    else if (step.kind === 'remove') tasks.remove(step.task);
    else if (step.kind === 'fault') twins.fail(planeNames[step.plane] ?? 'vcf-sfo', faults[step.fault] ?? null);
    else twins.replaceAccess(accessTables[step.table] ?? {});
  }
}

/** The variables that the operations have; each ignores the others. */
function fillVariables(ids: readonly string[]): GeneratedOperation['variables'] {
  const references = ids.map((id) => ({ __typename: 'Task', id }));
  return { id: ids[0], ids, r: [...references, ...references] };
}

function generate(choices: readonly number[], ids: readonly string[]): GeneratedOperation {
  let at = 0;
  const choose = (below: number): number => (choices[at++ % choices.length] ?? 0) % below;
  const sourceTaskIds = ids.map((id) => id.slice(id.indexOf(':') + 1));
  return generateOperation(schema, choose, { ids, sourceNames: planeNames, sourceTaskIds, cursors: [''] });
}

interface PreparedTasks {
  readonly ids: readonly string[];
  change(task: number, to: number): void;
  remove(task: number): void;
}

/** Tasks of every kind that the sequence may change: one with children, one that is gone, and one that never was. */
function prepareTasks(twins: TwinWorlds): PreparedTasks {
  const [ids] = twins.each(({ planes }) => {
    const parent = planes['astra-demo'].addTask({ state: 'running' });
    const child = planes['astra-demo'].addTask({ state: 'running', parentTaskID: parent });
    const astra = [parent, child].map((id) => `astra-demo:${id}`);
    const vcf = [0, 1].map(() => `vcf-sfo:${planes['vcf-sfo'].addTask({ status: 'IN_PROGRESS' })}`);
    const lax = [`vcf-lax:${planes['vcf-lax'].addTask({ status: 'FAILED' })}`];
    const catalog = [0, 1].map(() => `catalog-demo:${planes['catalog-demo'].addTask()}`);
    return [...astra, ...vcf, ...lax, ...catalog, 'vcf-sfo:none', 'catalog-demo:none', 'not an id'];
  });
  const gone = new Set<number>();
  const remove = (task: number): void => {
    const [source = '', id = ''] = ids[task]?.split(':') ?? [];
    if (gone.has(task) || id === 'none' || (source !== 'astra-demo' && source !== 'vcf-sfo' && source !== 'vcf-lax')) return;
    gone.add(task);
    twins.each(({ planes }) => planes[source].removeTask(id));
  };
  const change = (task: number, to: number): void => {
    const [source = '', id = ''] = ids[task]?.split(':') ?? [];
    if (gone.has(task) || id === 'none' || id === '') return;
    twins.each(({ planes }) => {
      if (source === 'astra-demo') planes['astra-demo'].setTask(id, { state: ['running', 'completed', 'failed', 'running'][to] });
      else if (source === 'catalog-demo')
        planes['catalog-demo'].setTask(id, { status: ['pending', 'complete', 'failed', 'pending'][to] ?? '' });
      else if (source === 'vcf-sfo' || source === 'vcf-lax')
        planes[source].setTask(id, { status: ['IN_PROGRESS', 'SUCCESSFUL', 'FAILED', 'IN_PROGRESS'][to] ?? '' });
    });
  };
  return { ids, change, remove };
}
