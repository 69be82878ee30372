import { expect, test } from '@jest/globals';

import { unsupportedModes } from '../../src/config/unsupported-modes.js';
import { load, smallest } from './fixture.js';

test('what this version serves is not refused', () => {
  expect(unsupportedModes(load(smallest))).toEqual([]);
});

test.each(['{ kind: memory }', '{ kind: sqlite }', '{ kind: postgres, url: "postgres://db.example/tributary" }'])(
  'the store %s is served',
  (store) => {
    expect(unsupportedModes(load(`store: ${store}\n${smallest}`))).toEqual([]);
  },
);

test('what it does not serve yet is refused by name', () => {
  const text = smallest
    .replace('mode: none', 'mode: keys, keys: [{ id: a, key: 0123456789abcdef }]')
    .replace('{ username: svc, password: pw }', '{ mode: passthrough }');
  expect(unsupportedModes(load(text))).toEqual(['credentials.mode: passthrough (source sfo)']);
});
