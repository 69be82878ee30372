import { dirname } from 'node:path';

import { expect, test } from '@jest/globals';

import { isSimulator, sourceFiles } from './source-files.js';

const files = sourceFiles.filter(({ path }) => !isSimulator(path) && !path.endsWith('.d.ts'));
const users = new Map<string, string[]>();
for (const { path, imports } of sourceFiles) for (const target of imports) users.set(target, [...(users.get(target) ?? []), path]);

const lines = files.reduce((sum, file) => sum + file.lines, 0);
const singleUser = files.filter(({ path }) => users.get(path)?.length === 1);

function countFolders(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of sourceFiles) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return counts;
}

interface Measure {
  readonly name: string;
  readonly value: number;
  readonly most: number;
}

/** The goals of ARCHITECTURE.md, "Measures". A file earns its name by a second user, a second reason to change, or a test of its own. */
const measures: readonly Measure[] = [
  { name: 'files per 1,000 lines', value: (1000 * files.length) / lines, most: 12 },
  { name: 'percent of files that exactly one other file imports', value: (100 * singleUser.length) / files.length, most: 25 },
];

test.each(measures)('$name: at most $most', ({ value, most }) => {
  expect(value).toBeLessThanOrEqual(most);
});

test('at most five files of 25 lines or fewer stand beside their only user', () => {
  const tiny = singleUser.filter(
    ({ path, lines: count }) => count <= 25 && users.get(path)?.every((user) => dirname(user) === dirname(path)),
  );
  expect(tiny.map(({ path }) => path).slice(5)).toEqual([]);
});

test('no folder has more than 20 files', () => {
  expect([...countFolders()].filter(([, count]) => count > 20)).toEqual([]);
});

test('no file has more than 400 lines', () => {
  expect(sourceFiles.filter((file) => file.lines > 400).map(({ path }) => path)).toEqual([]);
});

test('the measures are printed, so that a change shows which way they move', () => {
  const parts = [
    `${files.length} files, ${lines} lines`,
    ...measures.map(({ name, value, most }) => `${value.toFixed(1)} ${name} (at most ${most})`),
  ];
  process.stdout.write(`Structure of src without simulators: ${parts.join('; ')}.\n`);
  expect(files.length).toBeGreaterThan(100);
});
