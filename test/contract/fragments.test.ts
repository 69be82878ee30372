import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';
import {
  concatAST,
  type FragmentDefinitionNode,
  isEnumType,
  Kind,
  NoUnusedFragmentsRule,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';

const fragments = new Map(readFragments('schema/fragments').map(({ fragment }) => [fragment.name.value, fragment]));

test('there are fragments for a row, a page and a tree of causes, each in a file with its name', () => {
  expect([...fragments.keys()].toSorted()).toEqual(['TaskDetail', 'TaskFailureTree', 'TaskRow']);
  for (const { file, fragment } of readFragments('schema/fragments')) {
    expect(file).toBe(`${fragment.name.value.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()}.graphql`);
  }
});

test('all fragments together are valid', () => {
  const document = concatAST(readFragments('schema/fragments').map(({ document }) => document));
  const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
  expect(validate(buildSchema(sourceModules), document, rules)).toEqual([]);
});

test('each fragment is used by an example operation, which contains it unchanged', () => {
  const used = readFragments('schema/operations').filter(({ fragment }) => fragments.has(fragment.name.value));
  for (const { file, fragment } of used) {
    const own = fragments.get(fragment.name.value);
    expect(`${file}: ${print(fragment)}`).toBe(`${file}: ${own === undefined ? '' : print(own)}`);
  }
  expect(new Set(used.map(({ fragment }) => fragment.name.value))).toEqual(new Set(fragments.keys()));
});

test.each(['TaskProgressBasis', 'TaskSourceKind', 'TaskStatus'])('the type %s of the client has the values of the schema', (name) => {
  const [, values = ''] = new RegExp(`^export type ${name} =([^;]*);`, 'm').exec(readFileSync('src/client/task-row.ts', 'utf8')) ?? [];
  const type = buildSchema(sourceModules).getType(name);
  const expected = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
  expect([...values.matchAll(/'(\w+)'/g)].map(([, value]) => value).toSorted()).toEqual(expected.toSorted());
});

function readFragments(folder: string): readonly { file: string; document: ReturnType<typeof parse>; fragment: FragmentDefinitionNode }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => {
      const document = parse(readFileSync(`${folder}/${file}`, 'utf8'));
      return document.definitions.flatMap((fragment) => (fragment.kind === Kind.FRAGMENT_DEFINITION ? { file, document, fragment } : []));
    });
}
