import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isJsonDepthWithin } from '../../src/upstream/body/json-depth.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('the depth is that of the value, whatever its strings contain', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const depth = depthOf(value);
      expect(isJsonDepthWithin(JSON.stringify(value), depth)).toBe(true);
      if (depth > 0) expect(isJsonDepthWithin(JSON.stringify(value), depth - 1)).toBe(false);
    }),
  );
});

test.each([
  ['"[[[["', 0, true],
  ['"\\"[[[["', 0, true],
  ['"\\\\"', 0, true],
  ['["\\\\",[]]', 2, true],
  ['["\\\\",[]]', 1, false],
  ['[[],[],[]]', 2, true],
  ['{"a":{"b":1}}', 1, false],
  ['', 0, true],
  [']]]][[', 2, true],
])('%s within %d: %p', (text, depth, isWithin) => {
  expect(isJsonDepthWithin(text, depth)).toBe(isWithin);
});

test('ten million brackets end at the limit without being parsed', () => {
  expect(isJsonDepthWithin('['.repeat(10_000_000), 256)).toBe(false);
});
