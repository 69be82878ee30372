import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';

import type { Json } from '../support/post.js';
import { describeWith } from '../support/describe-with-tool.js';
import { World } from '../support/world.js';
import { testTool } from '../tools/test-tool.js';
import { Consumer } from './consumer.js';

let world: World;
let consumer: Consumer;
let failed: string;
/** By name, as Relay would send them. */
const operations = new Map<string, string>();
async function ask(name: string, variables: Readonly<Record<string, unknown>>): Promise<Json> {
  const { data, errors } = await world.graphql(operations.get(name) ?? '', variables);
  expect(errors).toBeUndefined();
  return data;
}

describeWith(testTool('relay-compiler'))('A client of Relay', () => {
  beforeAll(async () => {
    world = await World.start();
    failed = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED', isRetryable: true })}`;
    consumer = new Consumer('relay');
    mkdirSync(join(consumer.folder, 'artifacts'));
    writeFileSync(join(consumer.folder, 'persisted.json'), '{}');
    await consumer.program('relay-compiler/cli.js', 'relay.config.json');
    const texts: Record<string, string> = JSON.parse(readFileSync(join(consumer.folder, 'persisted.json'), 'utf8'));
    for (const text of Object.values(texts)) operations.set(/^\w+ (\w+)/.exec(text)?.[1] ?? '', text);
  }, 60_000);
  afterAll(async () => {
    consumer.remove();
    await world.close();
  });

  test('the Relay compiler compiles fragments, pages, refetching by id, a mutation and a subscription', () => {
    expect(readdirSync(join(consumer.folder, 'artifacts'))).toHaveLength(8);
    const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
    for (const text of operations.values()) expect(validate(schema, parse(text))).toEqual([]);
    expect([...operations.keys()].toSorted()).toEqual([
      'tasksChangesSubscription',
      'tasksPageQuery',
      'tasksQuery',
      'tasksRetryMutation',
      'tasksTaskRefetchQuery',
    ]);
  });

  test('the compiled artifacts page through tasks and refetch a task by id', async () => {
    const first = await ask('tasksQuery', { filter: { kinds: ['VCF'] } });
    const { edges, pageInfo } = first.tasks;
    expect([edges.length, pageInfo.hasNextPage]).toEqual([20, true]);
    const second = await ask('tasksPageQuery', { count: 5, cursor: pageInfo.endCursor, filter: { kinds: ['VCF'] } });
    expect(second.tasks.edges).toHaveLength(5);
    const ids = [...edges, ...second.tasks.edges].map(({ node }: Json) => node.id);
    expect(new Set(ids).size).toBe(25);
    expect((await ask('tasksTaskRefetchQuery', { id: ids[0] })).node).toMatchObject({
      __typename: 'VcfTask',
      __isTask: 'VcfTask',
      id: ids[0],
    });
  });

  test('the task in a payload has the fields with which the Relay store is updated', async () => {
    const { retryTask } = await ask('tasksRetryMutation', { input: { id: failed } });
    expect(retryTask).toMatchObject({ outcome: 'ACCEPTED', task: { __typename: 'VcfTask', id: failed }, errors: [] });
  });
});
