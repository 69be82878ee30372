import { existsSync, readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { promiseRows } from './promise-table.js';

test('every promise, P1 to P26, has its tests, and every file and script that a row names is there', () => {
  expect(promiseRows.map(({ row }) => row)).toEqual(Array.from({ length: 26 }, (_, index) => `P${index + 1}`));
  expect(promiseRows.filter(({ files }) => files.length === 0)).toEqual([]);
  expect(promiseRows.flatMap(({ files }) => files).filter((file) => !existsSync(file))).toEqual([]);
  const { scripts: known }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(promiseRows.flatMap(({ scripts = [] }) => scripts).filter((script) => known[script] === undefined)).toEqual([]);
});
