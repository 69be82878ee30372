import { existsSync, readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

const text = readFileSync('SECURITY.md', 'utf8');

test('every file and every script that SECURITY.md names is there', () => {
  const files = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file ?? '');
  const scripts = [...text.matchAll(/`npm run ([\w:]+)`/g)].map(([, script]) => script ?? '');
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
  const { scripts: known }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(scripts.filter((script) => known[script] === undefined)).toEqual([]);
});
