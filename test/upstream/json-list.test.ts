import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { JsonList } from '../../src/upstream/body/json-list.js';

const parse = (bytes: Buffer, previous: JsonList | null, secrets: readonly string[] = []): JsonList | null =>
  JsonList.parse(bytes, { member: 'items', previous, secrets, maxItems: 0 });

/** What the whole text is by the list, which takes the items that it knows from `previous`; null: it must be parsed as a whole. */
function readAsList(bytes: Buffer, previous: JsonList | null = null): { readonly value: unknown; readonly list: JsonList } | null {
  const list = parse(bytes, previous);
  // Twice, because the second time the items are parsed from their text.
  list?.items.forEach((item) => item.take());
  return list === null ? null : { list, value: { ...list.envelope, items: list.items.map((item) => item.take()) } };
}

function parseWhole(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
}

const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r\n ');
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('items', '"', '\\', '{"', '}', '],[', '\u2028', 'é', '😀', '\\"}'));
const item = fc.dictionary(text, fc.jsonValue({ maxDepth: 4 }), { maxKeys: 4 }).map((value) => JSON.stringify(value));

/** A body with a list as a plane may send it, in pieces that an edit may move, and the array of its items. */
const listBody = fc
  .record({
    mark: fc.constantFrom('', '', '\uFEFF'),
    before: fc.constantFrom('', '', '"metadata":{"items":[1]},', '"a":"items",', '"items":[{}],', '"n":-1.5e3,'),
    items: fc.array(fc.oneof({ arbitrary: item, weight: 20 }, { arbitrary: fc.constantFrom('1', 'null', '[]', '"{"'), weight: 1 }), {
      maxLength: 8,
    }),
    after: fc.constantFrom('', '', ',"metadata":{"continue":"x"}', ',"items":3', ',"it\\u0065ms":[]', ',"b":[[["}"]]]'),
    gap: space,
  })
  .map(
    ({ mark, before, items, after, gap }) =>
      `${mark}${gap}{${gap}${before}"items"${gap}:${gap}[${gap}${items.join(`${gap},${gap}`)}${gap}]${after}${gap}}`,
  );

/** Anything that may happen to a text: bytes are replaced, removed or inserted, parts are moved, and its end is cut off. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 40 }),
  inserted: fc.oneof(
    fc.constant(''),
    item.map((one) => `,${one}`),
    item.map((one) => `${one},`),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', 'x'),
  ),
  isCut: fc.boolean(),
});

function applyEdit(
  bytes: Buffer,
  { at, length, inserted, isCut }: { at: number; length: number; inserted: string; isCut: boolean },
): Buffer {
  const start = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(inserted), isCut ? Buffer.alloc(0) : bytes.subarray(start + length)]);
}

/** The same value as the whole text, or none: then the whole text is parsed. It never gives a value where there is none. */
function expectSameAsWhole(bytes: Buffer, previous: JsonList | null): JsonList | null {
  const read = readAsList(bytes, previous);
  if (read !== null) expect(read.value).toEqual(parseWhole(bytes));
  return read?.list ?? null;
}

test('a list that is read item by item is what JSON.parse makes of the whole text', () => {
  let readCount = 0;
  fc.assert(
    fc.property(listBody, (body) => {
      if (expectSameAsWhole(Buffer.from(body), null) !== null) readCount++;
    }),
    { numRuns: 150 },
  );
  // Most of them are read, so that the test is about something.
  expect(readCount).toBeGreaterThan(50);
});

test('after any edit it is what JSON.parse makes of the new text, whatever is taken from the list before', () => {
  fc.assert(
    fc.property(listBody, fc.array(edit, { minLength: 1, maxLength: 4 }), (body, edits) => {
      let bytes: Buffer = Buffer.from(body);
      let previous = expectSameAsWhole(bytes, null);
      for (const one of edits) {
        bytes = applyEdit(bytes, one);
        const list = expectSameAsWhole(bytes, previous);
        list?.adoptItems();
        previous = list ?? previous;
      }
    }),
    { numRuns: 400 },
  );
});

test('after any change of the items it is the new list, and no item of the list before says anything else than it did', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 12 }), fc.array(item, { maxLength: 12 }), fc.func(fc.nat({ max: 3 })), (one, other, choose) => {
      const build = (items: readonly string[]): Buffer => Buffer.from(`{"items":[${items.join(',')}]}`);
      const before = parse(build(one), null);
      const merged = [...one.filter((text, index) => choose('keep', text, index) > 0), ...other].toSorted((a, b) => choose(a) - choose(b));
      const after = parse(build(merged), before);
      expect(after?.items.map((known) => known.take())).toEqual(merged.map((text) => JSON.parse(text)));
      after?.adoptItems();
      expect(before?.items.map((known) => known.take())).toEqual(one.map((text) => JSON.parse(text)));
      expect(after?.items.map((known) => known.take())).toEqual(merged.map((text) => JSON.parse(text)));
    }),
    { numRuns: 150 },
  );
});

const numbered = (...numbers: readonly (number | string)[]): Buffer =>
  Buffer.from(JSON.stringify({ items: numbers.map((number) => ({ id: number, text: 'x'.repeat(50) })), total: numbers.length }));

test.each<readonly [string, readonly (number | string)[], readonly (number | string)[]]>([
  ['nothing changed', [1, 2, 3, 4, 5], []],
  ['one changed', [1, 2, 'new', 4, 5], ['new']],
  ['two changed', ['new', 2, 3, 'other', 5], ['new', 'other']],
  ['one is new at the front, and the last one has moved to the next page', ['new', 1, 2, 3, 4], ['new']],
  ['one is new at the end', [1, 2, 3, 4, 5, 'new'], ['new']],
  ['three are gone', [1, 5], []],
  ['all changed', [6, 7, 8, 9, 10], [6, 7, 8, 9, 10]],
])('%s: only what changed is read', (_what, numbers, expected) => {
  const before = parse(numbered(1, 2, 3, 4, 5), null);
  const after = parse(numbered(...numbers), before);
  const known = new Set(before?.items);
  expect(after?.items.filter((one) => !known.has(one)).map((one) => one.take())).toMatchObject(expected.map((id) => ({ id })));
  expect(after?.envelope).toEqual({ items: [], total: numbers.length });
});

test('items that are nested too deeply are left to the parser of the whole text, which refuses them', () => {
  const nested = (depth: number): Buffer => Buffer.from(`{"items":[{"a":${'['.repeat(depth)}${']'.repeat(depth)}}]}`);
  expect(parse(nested(253), null)).not.toBeNull();
  expect(parse(nested(254), null)).toBeNull();
});

test.each(['abc-123', 'a},{b'])('a list with the secret %s is left to the parser of the whole text, which removes it', (secret) => {
  const build = (...texts: readonly string[]): Buffer => Buffer.from(`{"items":[${texts.join(',')}],"total":"x"}`);
  const before = parse(build('{"a":"1"}', '{"b":"2"}'), null, [secret]);
  expect(before).not.toBeNull();
  for (const previous of [null, before]) {
    expect(parse(build('{"a":"1"}', `{"c":"${secret}"}`, '{"b":"2"}'), previous, [secret])).toBeNull();
    expect(parse(Buffer.from(build('{"a":"1"}').toString().replace('"x"', `"${secret}"`)), previous, [secret])).toBeNull();
  }
});
