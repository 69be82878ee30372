import { expect, test } from '@jest/globals';

import { unsupportedModes } from '../../src/config/unsupported-modes.js';
import { load, smallest } from './fixture.js';

test('what this version serves is not refused', () => {
  expect(unsupportedModes(load(smallest))).toEqual([]);
});

test('what it does not serve yet is refused by name', () => {
  const text = `store: { kind: sqlite }\n${smallest}`
    .replace('mode: none', 'mode: keys, keys: [{ id: a, key: 0123456789abcdef }]')
    .replace('{ username: svc, password: pw }', '{ mode: passthrough }');
  expect(unsupportedModes(load(text))).toEqual(['auth.mode: keys', 'store.kind: sqlite', 'credentials.mode: passthrough (source sfo)']);
});
