import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { runAtOnce } from '../../src/lib/slices.js';
import { cutJsonInSteps, type ReadLimits } from '../../src/upstream/body/cut-json.js';
import { ResponseBody } from '../../src/upstream/body/response-body.js';

const noLimits: ReadLimits = { maxElements: Infinity, maxMembers: Infinity, maxValues: Infinity, maxDepth: 256 };

function cut(text: string, limits: Partial<ReadLimits>) {
  const bytes = Buffer.from(text);
  const { pieces, ...result } = runAtOnce(cutJsonInSteps(bytes, 0, { ...noLimits, ...limits }));
  return { ...result, text: Buffer.concat(pieces).toString() };
}

const container = fc.oneof(fc.array(fc.jsonValue({ maxDepth: 5 })), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })));

test('what is within the limits is left as it is, whatever comes after it', () => {
  fc.assert(
    fc.property(container, fc.constantFrom('', ' ', ',"x"]', '}'), (value, after) => {
      const text = JSON.stringify(value, null, 1);
      expect(cut(text + after, {})).toEqual({
        fault: null,
        text,
        length: Buffer.byteLength(text),
        end: Buffer.byteLength(text),
        leftOut: [],
      });
    }),
  );
});

/** How many lists have more elements, or objects more members, than these. */
function countOver(value: unknown, maxElements: number, maxMembers: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children = Object.values(value);
  const own = children.length > (Array.isArray(value) ? maxElements : maxMembers) ? 1 : 0;
  return children.reduce<number>((sum, child) => sum + countOver(child, maxElements, maxMembers), own);
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, child) => sum + countValues(child), 1);
}

test('what is left is JSON within the limits, and begins like the whole', () => {
  fc.assert(
    fc.property(container, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (value, maxElements, maxMembers) => {
      const { text, leftOut } = cut(JSON.stringify(value), { maxElements, maxMembers });
      const parsed: unknown = JSON.parse(text);
      expect(countOver(parsed, maxElements, maxMembers)).toBe(0);
      expect(leftOut.length > 0).toBe(countOver(value, maxElements, maxMembers) > 0);
      if (Array.isArray(value)) expect(parsed).toHaveLength(Math.min(value.length, maxElements));
    }),
    { numRuns: 300 },
  );
  const { text } = cut(JSON.stringify({ a: Array.from({ length: 100 }, () => ({ b: [1, 2, 3] })), c: 1 }), { maxValues: 50 });
  expect(countValues(JSON.parse(text))).toBeLessThan(60);
  expect(JSON.parse(text)).toMatchObject({ c: 1 });
});

test('it is counted by the names of the members that had it', () => {
  const wide = JSON.stringify({ a: [1, 2, 3, 4, { b: [1, 2, 3] }], b: [1, 2, 3, 4], c: [[1, 2, 3]], d: { x: 1, y: 2, z: 3 } });
  expect(cut(wide, { maxElements: 2 }).leftOut).toEqual([
    { name: 'a', count: 3 },
    { name: 'b', count: 2 },
    { name: 'c', count: 1 },
  ]);
  expect(cut(wide, { maxMembers: 2 })).toMatchObject({
    text: '{"a":[1,2,3,4,{"b":[1,2,3]}],"b":[1,2,3,4]}',
    leftOut: [{ name: '', count: 2 }],
  });
  const manyNames = JSON.stringify(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`n${index}`, [1, 2]])));
  expect(cut(manyNames, { maxElements: 1 }).leftOut).toHaveLength(21);
  expect(cut(manyNames, { maxElements: 1 }).leftOut.at(-1)).toEqual({ name: '', count: 10 });
});

test.each([
  ['{"a":[', 'end'],
  ['[1,2', 'end'],
  ['["\\"]', 'end'],
  ['['.repeat(1_000_000), 'depth'],
  [`[1,2,3,${'['.repeat(300)}${']'.repeat(300)}]`, 'depth'],
])('a text that does not end, or is nested too deeply, also in what would be left out, has a fault: %#', (text, fault) => {
  expect(cut(text, { maxElements: 2 }).fault).toBe(fault);
});

test('of a body without a list only what is within the limits of one item is parsed', () => {
  const body = new ResponseBody(Buffer.from(`{"a":[${'{},'.repeat(99_999)}{}],"secret-name":[${'0,'.repeat(9_999)}0],"b":1}`), {
    secrets: ['secret'],
  });
  const parsed = body.parse();
  expect(parsed).toMatchObject({ kind: 'value', value: { b: 1 } });
  expect(parsed.kind === 'value' && countValues(parsed.value)).toBeLessThan(25_000);
  expect(body.leftOut).toEqual([{ name: 'a', count: 90_001 }]);
  expect(new ResponseBody(Buffer.from(`{"a":"${'x'.repeat(5_000_000)}"}`)).parse()).toEqual({ kind: 'error', reason: 'size' });
  expect(new ResponseBody(Buffer.from(`{"a":1}${' '.repeat(2_000)}x`)).parse()).toMatchObject({ kind: 'error', reason: 'syntax' });
  expect(new ResponseBody(Buffer.from(`<html>${'x'.repeat(5_000_000)}`)).text).toHaveLength(1_048_576);
});
