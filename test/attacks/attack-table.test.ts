import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { otherRows } from './attack-table.js';

const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
/** At the beginning of the name of a test, or as the row of an attack in a list. */
const named = new Set(
  files
    .filter((file) => file !== join('attacks', 'rows.ts'))
    .flatMap((file) => [...readFileSync(join('test', file), 'utf8').matchAll(/['`](A\d{1,2})[' ]/g)].map(([, row = '']) => row)),
);

test('every row of the attack table, A1 to A50, has a test of its name, or a place where it is proven, or a reason why it does not apply', () => {
  const listed = otherRows.map(({ row }) => row);
  const rows = Array.from({ length: 50 }, (_, index) => `A${index + 1}`);
  expect(rows.filter((row) => !named.has(row) && !listed.includes(row))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
  expect(otherRows.filter(({ places, why }) => places.length === 0 && why === undefined)).toEqual([]);
});

test.each(otherRows.flatMap(({ row, what, places }) => places.map(([file, words]) => [row, what, file, words] as const)))(
  '%s, %s: %s proves “%s”',
  (_row, _what, file, words) => {
    expect(readFileSync(file, 'utf8')).toContain(words);
  },
);
