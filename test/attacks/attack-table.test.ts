import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { otherRows } from './attack-table.js';

const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
/** The rows that occur at the beginning of a test title, or as the row of an attack in a table. */
const rowsOfTests = new Set(
  files
    .filter((file) => file !== join('attacks', 'attack-table.ts'))
    .flatMap((file) => [...readFileSync(join('test', file), 'utf8').matchAll(/['`](A\d{1,2})[' ]/g)].map(([, row = '']) => row)),
);

test('every row of the attack table, A1 to A51, has a test with its name, a reference to its proof, or a reason reason it does not apply', () => {
  const listed = otherRows.map(({ row }) => row);
  const rows = Array.from({ length: 51 }, (_, index) => `A${index + 1}`);
  expect(rows.filter((row) => !rowsOfTests.has(row) && !listed.includes(row))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
  expect(otherRows.filter(({ proofs, reason }) => proofs.length === 0 && reason === undefined)).toEqual([]);
});

test.each(otherRows.flatMap(({ row, what, proofs }) => proofs.map(([file, quote]) => [row, what, file, quote] as const)))(
  '%s, %s: %s contains “%s”',
  (_row, _what, file, quote) => {
    expect(readFileSync(file, 'utf8')).toContain(quote);
  },
);
