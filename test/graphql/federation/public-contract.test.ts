import { readFileSync, readdirSync } from 'node:fs';

import { expect, test } from '@jest/globals';
import { composeSchemaContract } from '@theguild/federation-composition';
import { buildSchema, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, parse, validate } from 'graphql';

import { findSchemaDifferences } from '../../contract/schema-differences.js';

const typeDefs = parse(readFileSync('schema/subgraph.graphql', 'utf8'));
const url = 'http://127.0.0.1:4000/graphql';
const contract = composePublicSchema();
const api = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

/** Composes the contract schema of everything tagged `public`, as filtered by The Guild's composer. */
function composePublicSchema(): GraphQLSchema {
  const filter = { include: new Set(['public']), exclude: new Set<string>() };
  const composed = composeSchemaContract([{ name: 'tributary', typeDefs, url }], filter, true);
  expect(composed.errors).toBeUndefined();
  return buildSchema(composed.publicSdl ?? '');
}

test('The public contract has queries and subscriptions, but neither actions nor raw JSON of planes.', () => {
  expect(Object.keys(contract.getQueryType()?.getFields() ?? {}).toSorted()).toEqual([
    'task',
    'taskBySourceTaskId',
    'taskFailureGroups',
    'taskSource',
    'taskSources',
    'tasks',
  ]);
  expect(contract.getMutationType()).toBeUndefined();
  expect(Object.keys(contract.getSubscriptionType()?.getFields() ?? {})).toHaveLength(3);
  for (const name of ['Task', 'VcfTask', 'AstraTask', 'CatalogTask']) {
    const type = contract.getType(name);
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [];
    expect(fields).toContain('rootCause');
    for (const field of ['raw', 'retry', 'cancel']) expect(fields).not.toContain(field);
  }
  for (const name of ['TaskActionBlocker', 'RetryTaskInput', 'Secret', 'TaskActionError']) expect(contract.getType(name)).toBeUndefined();
});

test('The public types are complete: no field, argument or value is missing.', () => {
  const differences = findSchemaDifferences(contract, api);
  expect(differences).toEqual([]);
  const lost = findSchemaDifferences(api, contract).filter((line) => {
    const type = contract.getType(line.split(/[ .(]/)[0] ?? '');
    return isObjectType(type) || isInputObjectType(type) || isInterfaceType(type) || isEnumType(type);
  });
  expect(lost.filter((line) => !/^\w*Task\.(raw|retry|cancel) is missing$|^Query\.nodes? is missing$/.test(line))).toEqual([]);
});

test('The example operations that only read are valid against it.', () => {
  const valid = readdirSync('schema/operations').filter(
    (file) => file.endsWith('.graphql') && validate(contract, parse(readFileSync(`schema/operations/${file}`, 'utf8'))).length === 0,
  );
  expect(valid).toEqual(
    expect.arrayContaining(['active-tasks.graphql', 'wallboard.graphql', 'failures-by-cause.graphql', 'watch-tasks.graphql']),
  );
  expect(valid.filter((file) => /cancel|retry|track-task/.test(file))).toEqual([]);
});
