import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

import { expect, test } from '@jest/globals';
import { type GraphQLEnumType, isEnumType } from 'graphql';

import { configurationJsonSchema } from '../../src/config/schema/configuration-schema.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { deriveCompletion, TaskStatus } from '../../src/model/task-status.js';
import { sourceModules } from '../../src/sources/registry.js';
import { schemaKeys } from '../config/schema-keys.js';
import { extractCode, documents, readDocument, tableRows } from '../support/documents.js';

test('the README has at most 12 KiB', () => {
  expect(statSync('README.md').size).toBeLessThanOrEqual(12_288);
});

test.each(documents)('every file and every script that %s names exists', (file) => {
  const text = readDocument(file);
  const files = [...text.matchAll(/`((?:src|test|schema|scripts|docs|\.ci)\/[\w./-]+)`/g)].map(([, name = '']) => name);
  const named = [...text.matchAll(/`npm run ([\w:]+)/g)].map(([, name = '']) => name);
  const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(readDocument('package.json'));
  expect(files.filter((name) => !existsSync(name))).toEqual([]);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('SECURITY.md has a proof for every promise', () => {
  const rows = [...tableRows('SECURITY.md', 'Promises'), ...tableRows('SECURITY.md', 'Promises towards the planes')];
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(([, proof = '']) => extractCode(proof).length === 0)).toEqual([]);
});

test('the README links to every example operation', () => {
  const operations = readdirSync('schema/operations').filter((file) => file.endsWith('.graphql'));
  const readme = readDocument('README.md');
  const links = operations.map((file) => `[${file.slice(0, -'.graphql'.length)}](schema/operations/${file})`);
  expect(links.filter((link) => !readme.includes(link))).toEqual([]);
});

test('the README says for every status whether it is finished and successful', () => {
  const values: Readonly<Record<string, boolean | null>> = { yes: true, no: false, '–': null };
  const rows = tableRows('README.md', 'Task states').flatMap(([statuses = '', isFinished = '', isSuccessful = '']) =>
    extractCode(statuses).map((status) => [status, { isFinished: values[isFinished], isSuccessful: values[isSuccessful] }] as const),
  );
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.values(TaskStatus).map((status) => [status, deriveCompletion(status)])),
  );
});

test('the diagram of the README has every status except UNKNOWN, and statuses without an outgoing arrow are finished', () => {
  const arrows = [...readDocument('README.md').matchAll(/^ +([A-Z_]+|\[\*\]) --> ([A-Z_]+)/gm)];
  const statuses = Object.values(TaskStatus).filter((status) => status !== 'UNKNOWN');
  expect(statuses.filter((status) => !arrows.some(([, , to]) => to === status))).toEqual([]);
  const left = new Set(arrows.map(([, from]) => from));
  expect(statuses.filter((status) => !left.has(status) && !deriveCompletion(status).isFinished)).toEqual([]);
});

test.each([
  ['docs/limits-and-errors.md', 'Error codes', 'src/model/errors.ts', 'ErrorCode', 14],
  ['docs/clients.md', 'The client of the package', 'src/client/client-errors.ts', 'ClientErrorCode', 6],
])('%s, %s, has a row for every code, and no other', (file, heading, source, type, count) => {
  const list = new RegExp(`export type ${type} =([^;]+);`).exec(readFileSync(source, 'utf8'))?.[1] ?? '';
  const codes = [...list.matchAll(/'(\w+)'/g)].map(([, code]) => code);
  const rows = tableRows(file, heading).flatMap(([code = '']) => extractCode(code));
  expect(codes).toHaveLength(count);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});

test('the page on sources names functions and classes that its files export', () => {
  const rows = tableRows('docs/add-a-source.md', 'What to use');
  const missing = rows.flatMap(([names = '', files = '']) => {
    const [file = ''] = extractCode(files);
    const text = readFileSync(file, 'utf8');
    return extractCode(names).filter((name) => !new RegExp(`^export (async )?(function|class) ${name}\\b`, 'm').test(text));
  });
  expect(rows.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

test('the page on sources has a row for every member of a source module, the inherited ones included', () => {
  const text = readFileSync('src/sources/source-module.ts', 'utf8');
  const bodies = [...text.matchAll(/interface (?:SourceModule|SchemaContribution|SourceDemo)[^{]*\{([^]*?)^\}/gm)].map(
    ([, body = '']) => body,
  );
  const members = [...bodies.join('').matchAll(/^  (?:readonly )?(\w+)\??[:(]/gm)].map(([, name]) => name);
  const rows = tableRows('docs/add-a-source.md', 'The module').flatMap(([names = '']) => extractCode(names));
  expect(rows.toSorted()).toEqual(members.toSorted());
});

test.each([
  ['docs/operations.md', 'Problems of a source', 'TaskSourceProblemKind'],
  ['docs/actions.md', 'Before', 'TaskActionBlockerCode'],
  ['docs/actions.md', 'Send', 'TaskActionOutcome'],
])('%s, %s, has a row for every value of %s', (file, heading, type) => {
  const values = enumType(type)
    .getValues()
    .map(({ name }) => name);
  const rows = tableRows(file, heading).flatMap(([value = '']) => extractCode(value));
  expect(rows.toSorted()).toEqual(values.toSorted());
});

test('the page on configuration has every key of the JSON schema, with its default, and no other', () => {
  const keys = schemaKeys(configurationJsonSchema(sourceModules));
  const leaves = keys.filter(({ path }) => !keys.some((other) => other.path.startsWith(`${path}/`)));
  const rows = readDocument('docs/configuration.md')
    .split('\n')
    .filter((line) => /^\| `[a-z]+[.[]/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const documented = rows.flatMap(([, names = '', shown = '']) =>
    extractCode(names).map((name) => ({ path: `/${name.replaceAll('[]', '').replaceAll('.', '/')}`, shown })),
  );
  expect(documented.map(({ path }) => path).toSorted()).toEqual([...new Set(leaves.map(({ path }) => path))].toSorted());
  const wrong = documented.filter(({ path, shown }) => !listDefaults(path).includes(shown));
  expect(wrong).toEqual([]);

  /** The allowed texts in the column of defaults. */
  function listDefaults(path: string): readonly string[] {
    const defaults = leaves.filter((key) => key.path === path && key.default !== undefined).map((key) => key.default);
    if (defaults.length === 0) return ['–', 'required'];
    return defaults.map((value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``);
  }
});

function enumType(name: string): GraphQLEnumType {
  const type = buildSchema(sourceModules).getType(name);
  if (!isEnumType(type)) throw new Error(`${name} is not an enum.`);
  return type;
}
