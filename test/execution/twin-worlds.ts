import fc from 'fast-check';
import { request } from 'undici';

import { CompiledExecutor, type CreateExecutor, type OperationExecutor } from '../../src/execution/compiled-executor.js';
import { sourceModules } from '../../src/sources/registry.js';
import { namedFaults } from '../../src/sources/simulation/named-faults.js';
import { callers } from '../gateway/access/caller-policies.js';
import { bearer } from '../support/callers.js';
import { buildTestSchema } from '../support/test-schema.js';
import { type PlaneName, World, type WorldOptions } from '../support/world.js';
import { type Choose, generateOperation, type GeneratedOperation, type KnownValues } from './generated-operation.js';

/** Leaves everything to graphql-js. */
const graphqlJs: OperationExecutor = { execute: () => null };

/** What can be seen of an operation from outside. Two of them are compared as they are. */
interface Observation {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Requests to the planes, in alphabetical order. */
  readonly calls: readonly string[];
  readonly logged: number;
}

const comparedHeaders = ['content-type', 'cache-control', 'retry-after', 'vary', 'etag', 'allow'];
const names = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];

/** Callers with all rights, with rights to some of the sources, and with none. */
const testedCallers = ['everything', 'everything', 'everything', 'reader-sfo', 'crossed', 'none'] as const;

const refusal = { status: 501, body: {} };
/** No failed call: where exactly half of the calls failed, the order of the responses would decide whether the circuit opens. */
const unreadable = { status: 200, body: { elements: 'none' } };

/** What happens in both worlds before an operation: nothing, mostly. */
type Incident = (world: World, number: number) => void;

const incidents: readonly Incident[] = [
  changeTasks,
  changeTasks,
  changeTasks,
  (world) => world.passTime(2_000),
  (world) => world.passTime(700),
  (world) => world.advance(5_000),
  ({ planes }, number) => planes['vcf-sfo'].addTask({ status: 'FAILED', name: `Added ${number} "quoted"`, errors: [{ message: 'No.' }] }),
  ({ planes }, number) => planes['astra-demo'].addTask({ summary: `Added ${number}`, state: 'completed', percentDone: 'many' }),
  ({ planes }, number) => {
    const parent = planes['astra-demo'].addTask({ summary: `Parent ${number}` });
    planes['astra-demo'].addTask({ summary: `Child ${number}`, parentTaskID: parent });
  },
  // What is not repeated, so that both worlds send the same requests whatever the order of the answers.
  ({ planes }) => void (planes['vcf-lax'].server.fault = (call, handle) => (call.path.includes('credentials') ? unreadable : handle())),
  ({ planes }) => void (planes['vcf-sfo'].server.fault = () => refusal),
  ({ planes }) => void (planes['catalog-demo'].server.fault = () => refusal),
  ({ planes }) => void (planes['astra-demo'].server.fault = namedFaults.wrong),
  ({ planes }) => names.forEach((name) => void (planes[name].server.fault = null)),
  (world) => {
    names.forEach((name) => void (world.planes[name].server.fault = null));
    world.passTime(70_000);
  },
];

/** Every task of a plane changes in most of its fields, and is read again. */
function changeTasks(world: World, number: number): void {
  const plane = world.planes['astra-demo'];
  const [summary, description, name] = [`Changed ${number}`, `For the time ${number}`, `astra.change${number}`];
  const detail = { type: 'changed', title: summary, detail: description };
  const state =
    number % 2 === 0 ? { state: 'failed', stateDetails: [detail] } : { state: 'running', stateDetails: [], percentDone: number % 100 };
  for (const { id } of plane.tasks) plane.setTask(String(id), { summary, description, name, ...state });
  world.passTime(2_000);
}

const firstIds = `{ tasks(first: 60, maxAgeMs: 0) { edges { cursor node { id sourceTaskId resources { id } } } } }`;

/** Two worlds that are the same: in one graphql-js executes every operation, in the other one the executor that is tested. */
export class TwinWorlds {
  readonly #worlds: readonly [World, World];
  readonly #known: KnownValues;
  #count = 0;
  /** How many operations had data and no errors: those that a compiled operation may answer. */
  succeeded = 0;

  private constructor(worlds: readonly [World, World], known: KnownValues) {
    [this.#worlds, this.#known] = [worlds, known];
  }

  static async start(
    createExecutor: CreateExecutor = (schema) => new CompiledExecutor({ schema, compileAt: 1 }),
    options: WorldOptions = {},
  ): Promise<TwinWorlds> {
    const shared = { ...options, callers, keepAnswers: false };
    const worlds = await Promise.all([
      World.start({ ...shared, createExecutor: () => graphqlJs }),
      World.start({ ...shared, createExecutor }),
    ]);
    const [first] = await Promise.all(worlds.map((world) => world.graphql(firstIds, {}, 'everything')));
    const edges: readonly { cursor: string; node: { id: string; sourceTaskId: string; resources: { id: string }[] } }[] =
      first?.data.tasks.edges;
    const nodes = edges.map(({ node }) => node);
    return new TwinWorlds(worlds, {
      ids: [
        ...nodes.map(({ id }) => id),
        ...nodes.flatMap(({ resources }) => resources.map(({ id }) => id)),
        ...names.map((name) => `source:${name}`),
      ],
      sourceNames: names,
      sourceTaskIds: [...nodes.map(({ sourceTaskId }) => sourceTaskId), 'unknown'],
      cursors: edges.map(({ cursor }) => cursor),
    });
  }

  /**
   * Sends generated operations, each twice and to both worlds, until one of them is answered otherwise than by graphql-js: what was sent
   * and how the answers differ. Null: all were the same.
   */
  async findDifference(runs: number, seed: number): Promise<string | null> {
    let difference: string | null = null;
    const schema = buildTestSchema(sourceModules, { node: true, scopes: false });
    const property = fc.asyncProperty(fc.infiniteStream(fc.noBias(fc.nat())), async (numbers) => {
      const choose: Choose = (below) => (numbers.next().value ?? 0) % below;
      const caller = testedCallers[choose(testedCallers.length)] ?? 'everything';
      const steps = ['first', 'second'].map((time) => ({ time, incident: choose(3) === 0 ? incidents[choose(incidents.length)] : null }));
      const operation = generateOperation(schema, choose, this.#known);
      this.#count += 1;
      for (const { time, incident } of steps) {
        for (const world of this.#worlds) incident?.(world, this.#count);
        const found = await this.compare(operation, caller);
        if (found !== null) difference = `${caller}, ${time} time: ${operation.query}\n${JSON.stringify(operation.variables)}\n${found}`;
        if (difference !== null) throw new Error('There is a difference.');
      }
    });
    const { failed, errorInstance } = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
    if (failed && difference === null) throw errorInstance;
    return difference;
  }

  /** How the answers to an operation differ; null where they are the same. */
  async compare(operation: GeneratedOperation, caller: string): Promise<string | null> {
    const [expected, received] = await Promise.all(this.#worlds.map((world) => observe(world, operation, caller)));
    if (expected?.text.startsWith('{"data"')) this.succeeded += 1;
    return describeDifference(expected, received);
  }

  async close(): Promise<void> {
    await Promise.all(this.#worlds.map((world) => world.close()));
  }
}

/** The first member that differs, with the text from a little before the difference on; null where all are the same. */
function describeDifference(expected: Observation | undefined, received: Observation | undefined): string | null {
  for (const name of ['status', 'text', 'headers', 'calls', 'logged'] as const) {
    const [one, other] = [expected, received].map((observation) => JSON.stringify(observation?.[name]) ?? '');
    if (one === undefined || other === undefined || one === other) continue;
    const at = [...one].findIndex((character, index) => character !== other[index]);
    const [from, to] = [Math.max(0, at - 300), at === -1 ? undefined : at + 300];
    return `${name} of graphql-js: ${one.slice(from, to)}\n${name} of the other: ${other.slice(from, to)}`;
  }
  return null;
}

async function observe(world: World, operation: GeneratedOperation, caller: string): Promise<Observation> {
  world.forgetCalls();
  const logged = world.log.length;
  const response = await request(`${world.gateway.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(caller) },
    body: JSON.stringify(operation),
  });
  const text = sortErrors(maskOwnTimes(await response.body.text()));
  const calls = names.flatMap((name) =>
    world.calls(name).map(({ method, path, query, body }) => [name, method, path, query.toString(), body].join(' ')),
  );
  return {
    status: response.statusCode,
    headers: Object.fromEntries(comparedHeaders.map((name) => [name, response.headers[name]])),
    text,
    calls: calls.toSorted(),
    logged: world.log.length - logged,
  };
}

/** Without the time that the machine took, and the ids that each masked error has of its own. */
function maskOwnTimes(text: string): string {
  return text.replaceAll(/"latencyMs":\d+/g, '"latencyMs":0').replaceAll(/"errorId":"[^"]*"/g, '"errorId":""');
}

/** Errors come in the order in which promises are settled, which nothing defines: what was read before is there sooner. */
export function sortErrors(text: string): string {
  if (!text.startsWith('{"errors":')) return text;
  const { errors, ...others }: { readonly errors: readonly unknown[] } = JSON.parse(text);
  return JSON.stringify({ errors: errors.map((error) => JSON.stringify(error)).toSorted(), ...others });
}
