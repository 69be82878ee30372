import { expect, test } from '@jest/globals';
import { coerceInputValue, getOperationAST, isInputType, Kind, parse, typeFromAST, validate } from 'graphql';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { schema } from './stub-gateway.js';

const folder = 'schema/operations';
const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));

test('There are at least ten example operations, named in kebab-case.', () => {
  expect(files.length).toBeGreaterThanOrEqual(10);
  for (const file of files) expect(file).toMatch(/^[a-z]+(-[a-z]+)*\.graphql$/);
});

test('Every file of variables belongs to an operation.', () => {
  const variableFiles = readdirSync(folder).filter((file) => !file.endsWith('.graphql'));
  for (const file of variableFiles) expect(files).toContain(file.replace('.variables.json', '.graphql'));
});

test.each(files)('%s is valid against the schema and says in a comment what it answers.', (file) => {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  expect(text).toMatch(/^# \S/);
  expect(validate(schema, parse(text))).toEqual([]);
});

test.each(files)('%s holds one operation, named as the file.', (file) => {
  const operation = getOperationAST(parse(readFileSync(`${folder}/${file}`, 'utf8')));
  expect(kebabCase(operation?.name?.value ?? '')).toBe(file.slice(0, -'.graphql'.length));
});

test.each(files)('%s runs as it is: its variables have defaults, or values in a file beside it that fit their types.', (file) => {
  const operation = getOperationAST(parse(readFileSync(`${folder}/${file}`, 'utf8')));
  const valuesFile = `${folder}/${file.replace('.graphql', '.variables.json')}`;
  const values = existsSync(valuesFile) ? (JSON.parse(readFileSync(valuesFile, 'utf8')) as Record<string, unknown>) : {};
  const names = operation?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  expect(names).toEqual(expect.arrayContaining(Object.keys(values)));
  for (const { variable, type, defaultValue } of operation?.variableDefinitions ?? []) {
    const value = values[variable.name.value];
    if (value === undefined) expect(type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined).toBe(false);
    else expect(errorsOf(value, type)).toEqual([]);
  }
});

function errorsOf(value: unknown, type: Parameters<typeof typeFromAST>[1]): string[] {
  const inputType = typeFromAST(schema, type);
  if (!isInputType(inputType)) return ['not an input type'];
  const errors: string[] = [];
  coerceInputValue(value, inputType, (_path, _value, error) => void errors.push(error.message));
  return errors;
}

function kebabCase(name: string): string {
  return name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
}
