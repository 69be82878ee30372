import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute, getOperationAST, parse } from 'graphql';

import { CompiledExecutor } from '../../src/execution/compiled-executor.js';
import { SerialisedTexts } from '../../src/execution/serialised-texts.js';
import { anonymous } from '../../src/gateway/access/caller.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { LiveWorld } from '../support/live-world.js';

const schema = buildSchema(sourceModules);

/** Counts the texts that are written, and the selections that are compiled to write them. */
class CountedTexts extends SerialisedTexts {
  written = 0;
  compiled = 0;

  override selectionFor(...signature: Parameters<SerialisedTexts['selectionFor']>): ReturnType<SerialisedTexts['selectionFor']> {
    this.compiled += 1;
    return super.selectionFor(...signature);
  }

  override keep(...kept: Parameters<SerialisedTexts['keep']>): void {
    this.written += 1;
    super.keep(...kept);
  }
}

let world: LiveWorld;
beforeAll(async () => {
  world = await LiveWorld.start();
  for (let count = 0; count < 3; count++) world.vcf.addTask({ name: `Task ${count}`, subTasks: [{ name: 'Part', status: 'SUCCESSFUL' }] });
});
afterAll(() => world.close());

const rows = `{ tasks { nodes { id name status progress { percent } durationMs subtasks { nodes { name status } } failures { message } } } }`;

function prepare(executor: CompiledExecutor, query: string): (variables?: Record<string, boolean>) => Promise<string | null> {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('There is no operation.');
  return async (variables = {}) => executor.execute({ document, operation, variables, context: world.gateway.createOperation(anonymous) });
}

test('an operation is compiled when it is executed for the second time, and written as by graphql-js', async () => {
  const run = prepare(new CompiledExecutor({ schema }), rows);
  expect(await run()).toBeNull();
  const { data } = await execute({ schema, document: parse(rows), contextValue: world.gateway.createOperation(anonymous) });
  expect(await run()).toBe(JSON.stringify(data));
});

test('the texts of tasks are written once for all operations with the same selection, until a task changes', async () => {
  const texts = new CountedTexts();
  const executor = new CompiledExecutor({ schema, compileAt: 1, texts });
  await prepare(executor, rows)();
  // Of each task, what is before and behind its resolved fields, and its page of subtasks.
  expect(texts.written).toBe(9);
  expect(await prepare(executor, `query Other ${rows}`)()).toContain('Task 2');
  expect(texts.written).toBe(9);
  world.vcf.addTask({ name: 'Another task' });
  world.scheduler.advance(2_000);
  expect(await prepare(executor, rows)()).toContain('Another task');
  expect(texts.written).toBe(12);
});

test('a field that fails at once keeps no other one from reading', async () => {
  world.scheduler.advance(2_000);
  const before = world.vcf.server.calls.length;
  const ids = Array.from({ length: 1_000 }, (_, index) => `vcf:${index}`);
  const run = prepare(new CompiledExecutor({ schema, compileAt: 1 }), `{ nodes(ids: ${JSON.stringify(ids)}) { id } tasks { totalCount } }`);
  expect(await run()).toBeNull();
  expect(world.vcf.server.calls.length).toBeGreaterThan(before);
});

test('the texts of stale tasks are written once, as long as their plane is away', async () => {
  const texts = new CountedTexts();
  const run = prepare(new CompiledExecutor({ schema, compileAt: 1, texts }), '{ tasks { nodes { name warnings { __typename } } } }');
  await run();
  world.vcf.server.fault = () => ({ status: 501 });
  const written = [];
  for (let count = 0; count < 3; count += 1) {
    texts.written = 0;
    world.scheduler.advance(2_000);
    expect(await run()).toContain('StaleDataWarning');
    written.push(texts.written);
  }
  world.vcf.server.fault = null;
  expect(written).toEqual([4, 0, 0]);
});

test('compiled operations are forgotten beyond a number of fields, those of all their variants together', async () => {
  const texts = new CountedTexts();
  const run = prepare(
    new CompiledExecutor({ schema, compileAt: 1, maxFields: 19, texts }),
    'query ($a: Boolean!, $b: Boolean!) { tasks { nodes { id name status @include(if: $a) sourceStatus @include(if: $b) } } }',
  );
  // Of 4, 5, 5 and 6 fields.
  for (const a of [false, true]) for (const b of [false, true]) await run({ a, b });
  expect(texts.compiled).toBe(3);
  for (let count = 0; count < 3; count += 1) await run({ a: true, b: true });
  expect(texts.compiled).toBe(4);
});

test.each([
  ['introspection', '{ __schema { queryType { name } } }'],
  ['a mutation', 'mutation { untrackTask(input: { id: "catalog:none" }) { errors { __typename } } }'],
  ['an argument that a resolver refuses', '{ tasks(first: 201) { totalCount } }'],
  ['an error of one field beside another that is answered', '{ taskSources { id } tasks(last: 500) { totalCount } }'],
])('%s is left to graphql-js', async (_name, query) => {
  expect(await prepare(new CompiledExecutor({ schema, compileAt: 1 }), query)()).toBeNull();
});

test('texts are forgotten beyond a number of characters, those that are used last', () => {
  const texts = new SerialisedTexts({ characters: 40, selections: 2 });
  const [selection, other, third] = ['one', 'two', 'three'].map((signature) => texts.selectionFor(signature));
  if (selection === undefined || other === undefined || third === undefined) throw new Error('There are three.');
  const objects = Array.from({ length: 6 }, () => ({}));
  const text = '0123456789';
  for (const object of objects) {
    texts.keep(object, { selection, text, chargedValues: 0 });
    if (objects[0] !== undefined) expect(texts.find(objects[0], selection)).toBeDefined();
  }
  expect(objects.filter((object) => texts.find(object, selection) !== undefined).length).toBeLessThan(objects.length);
  const [object = {}] = objects;
  for (const one of [other, third]) texts.keep(object, { selection: one, text, chargedValues: 0 });
  expect([selection, other, third].map((one) => texts.find(object, one) === undefined)).toEqual([true, false, false]);
});
