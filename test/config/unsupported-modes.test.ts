import { expect, test } from '@jest/globals';

import { findUnsupportedSettings } from '../../src/config/configuration.js';
import { load, modules, smallest } from './fixture.js';

test('a configuration without such settings has none', () => {
  expect(findUnsupportedSettings(load(smallest))).toEqual([]);
});

test.each(['{ kind: memory }', '{ kind: sqlite }', '{ kind: postgres, url: "postgres://db.example/tributary" }'])(
  'the store %s is served',
  (store) => {
    expect(findUnsupportedSettings(load(`store: ${store}\n${smallest}`))).toEqual([]);
  },
);

test('passthrough is supported where the source module accepts tokens of callers', () => {
  const text = smallest.replace('{ username: svc, password: pw }', '{ mode: passthrough }');
  expect(findUnsupportedSettings(load(text))).toEqual(['credentials.mode: passthrough (source sfo)']);
  const able = modules.map((module) => ({ ...module, createWithToken: module.create }));
  expect(findUnsupportedSettings(load(text, { modules: able }))).toEqual([]);
});
