import { describe, expect, test } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';

import type { ExampleOperation } from '../../../src/server/explorer/browser/explorer/example-operation.js';
import {
  fillVariables,
  fitsSources,
  readSample,
  type Sample,
  type SampleData,
} from '../../../src/server/explorer/browser/explorer/example-variables.js';

const task = (id: string, rest: object = {}): { id: string; sourceTaskId: string; source: { name: string } } => ({
  id: `prod:${id}`,
  sourceTaskId: id,
  source: { name: 'prod' },
  ...rest,
});
const data: SampleData = {
  taskSources: [{ name: 'prod', kind: 'VCF', capabilities: { list: true } }],
  running: { nodes: [task('late', { progress: { percent: 90 } }), task('early', { progress: { percent: 10 } }), task('unknown')] },
  failed: { nodes: [task('small', { progress: { totalSteps: 1 } }), task('deep', { progress: { totalSteps: 9 } })] },
  recent: { nodes: [task('recent')] },
};
const sample = readSample(data);

describe.each(readExamples().filter(({ variables }) => variables !== null))('The variables of $name', (example) => {
  const samples: [string, Sample | null][] = [
    ['where nothing is known', null],
    ['in production', sample],
  ];

  test.each(samples)('%s name nothing of the demo, and have the same form.', (_where, of) => {
    const filled = fillVariables(example, of);
    expect(filled).not.toMatch(/demo|sfo|lax/);
    expect(shape(withoutComments(filled))).toEqual(shape(JSON.parse(example.variables ?? '')));
  });

  test('name a task only where the operation does not act, and say what to do where they name none.', () => {
    const filled = fillVariables(example, sample);
    expect(filled.startsWith('// ')).toBe(example.type === 'mutation');
    expect(filled.includes('deep') || filled.includes('early')).toBe(example.type !== 'mutation');
    expect(fillVariables(example, null)).toMatch(/^\/\/ /);
  });
});

test('What is watched runs, and has just begun; what is shown in full has failed, and has many steps.', () => {
  expect(sample).toEqual({
    kinds: new Set(['VCF']),
    untrackedSource: null,
    runningId: 'prod:early',
    taskId: 'prod:deep',
    sourceName: 'prod',
    sourceTaskId: 'deep',
  });
});

test('Where nothing runs and nothing failed, any task is shown and none is watched; a list that failed is no obstacle.', () => {
  expect(readSample({ ...data, running: { nodes: [] }, failed: null })).toMatchObject({ runningId: null, taskId: 'prod:recent' });
});

test.each([
  ['VCF', true, ['AstraBackupChildren', 'TrackTask']],
  ['ASTRA', true, ['CredentialsTasks', 'TrackTask']],
  ['CATALOG', false, ['AstraBackupChildren', 'CredentialsTasks']],
])('Where the only source is of kind %s, examples of other kinds are not offered.', (kind, list, absent) => {
  const of = readSample({ ...data, taskSources: [{ name: 'one', kind, capabilities: { list } }] });
  const offered = readExamples().filter((example) => !fitsSources(example, of));
  expect(offered.map(({ name }) => name)).toEqual(absent);
  expect(readExamples().every((example) => fitsSources(example, null))).toBe(true);
});

/** The examples, as the build reads them. */
function readExamples(): ExampleOperation[] {
  const folder = 'schema/operations';
  const files = readdirSync(folder);
  return files
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => {
      const query = readFileSync(`${folder}/${file}`, 'utf8');
      const operation = getOperationAST(parse(query));
      const values = file.replace('.graphql', '.variables.json');
      return {
        file: file.replace('.graphql', ''),
        name: operation?.name?.value ?? '',
        type: operation?.operation ?? 'query',
        question: '',
        query,
        variables: files.includes(values) ? readFileSync(`${folder}/${values}`, 'utf8') : null,
      };
    });
}

function withoutComments(text: string): unknown {
  return JSON.parse(text.replaceAll(/^\/\/.*$/gm, ''));
}

/** The keys of a value, at every depth. */
function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}
