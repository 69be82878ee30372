import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

test('the README has a row for every error code that there is, and for no other', () => {
  const list = /export type ErrorCode =([^;]+);/.exec(readFileSync('src/model/errors.ts', 'utf8'))?.[1] ?? '';
  const codes = [...list.matchAll(/'(\w+)'/g)].map(([, code]) => code);
  const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z]+_?[A-Z_]+)` +\|[^|]+\|[^|]+\|$/gm)].map(([, code]) => code);
  expect(codes).toHaveLength(12);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});
