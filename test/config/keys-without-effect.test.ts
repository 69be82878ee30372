import { expect, test } from '@jest/globals';

import { keysWithoutEffect } from '../../src/config/keys-without-effect.js';
import { load, smallest } from './fixture.js';

test('nothing is said of what is not written, or written as it is anyway', () => {
  expect(keysWithoutEffect(load(smallest))).toEqual([]);
  const text = `limits: { depth: 15, sockets: 2000 }\nstore: { kind: memory, keep: 720h, record: always }\n${smallest}`;
  expect(keysWithoutEffect(load(text))).toEqual([]);
});

test('nothing is said of what is obeyed', () => {
  const text = `limits: { depth: 1, operationsPerSecond: 1, actionsPerMinute: 1 }\nreads: { maxAgeMs: 5 }\nfederation: { node: true, scopes: true }\nstore: { kind: memory, keep: 7d }\n${smallest}    poll: { activeMs: 10, idleMs: 10, fullMs: 10 }\n`;
  expect(keysWithoutEffect(load(text))).toEqual([]);
});

test('each key that is written and does nothing is named', () => {
  expect(keysWithoutEffect(load(`store: { kind: memory, record: watched }\n${smallest}`))).toEqual(['store.record']);
});
