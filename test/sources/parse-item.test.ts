import { expect, test } from '@jest/globals';
import { z } from 'zod';

import { count, parseItem } from '../../src/sources/parse-item.js';

const schema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  parts: z.array(z.object({ label: z.string(), at: z.number().nullish() })).nullish(),
});

test('a valid item is parsed without invalid fields', () => {
  expect(parseItem(schema, { id: 'a', name: 'n', parts: [{ label: 'p' }], more: 1 })).toEqual({
    item: { id: 'a', name: 'n', parts: [{ label: 'p' }] },
    invalidFields: [],
  });
});

test('invalid fields and elements are dropped and named, the rest is kept', () => {
  expect(parseItem(schema, { id: 'a', name: 7, parts: [null, { label: 'p', at: 'x' }, { at: 1 }, { label: 'q' }] })).toEqual({
    item: { id: 'a', parts: [{ label: 'p' }, { label: 'q' }] },
    invalidFields: ['name', 'parts[0]', 'parts[1].at', 'parts[2]'],
  });
});

test.each([[null], [[]], ['text'], [{}], [{ id: 7 }]])('an item without what it cannot do without is none: %j', (value) => {
  expect(parseItem(schema, value)).toBeNull();
});

test.each([
  [7, 7],
  ['7', 7],
  ['0', 0],
  ['20.25', 20.25],
  ['', undefined],
  [' 7', undefined],
  ['-7', undefined],
  ['7e3', undefined],
  ['0x7', undefined],
  ['seven', undefined],
  ['1'.repeat(16), undefined],
  [true, undefined],
])('a count that is sent as %j is %j', (sent, read) => {
  expect(count(z.number()).safeParse(sent).data).toBe(read);
});
