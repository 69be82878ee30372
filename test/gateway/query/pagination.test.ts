import { describe, expect, test } from '@jest/globals';

import { BadUserInputError } from '../../../src/model/errors.js';
import { encodeCursor } from '../../../src/gateway/query/cursor.js';
import type { Ordering, OrderKey } from '../../../src/model/task-order.js';
import { slicePage, type ConnectionPage } from '../../../src/gateway/query/pagination.js';

interface Item {
  readonly key: OrderKey;
  readonly id: string;
}

const ascending: Ordering<Item> = { field: 'NAME', direction: 'ASC', getKey: (item) => item.key, getId: (item) => item.id };
const descending: Ordering<Item> = { ...ascending, direction: 'DESC' };
const items = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key, id: key.toUpperCase() }));

function cursorOf(key: OrderKey, id: string, { field, direction } = ascending): string {
  return encodeCursor({ field, direction, key, id });
}

function outline({ nodes, pageInfo }: ConnectionPage<Item>): string {
  return `${pageInfo.hasPreviousPage ? '<' : '|'}${nodes.map((node) => node.key).join('')}${pageInfo.hasNextPage ? '>' : '|'}`;
}

test('a page has a cursor for each node, and those of its ends', () => {
  const page = slicePage(items, { first: 2, after: cursorOf('a', 'A') }, ascending);
  const [b, c] = [cursorOf('b', 'B'), cursorOf('c', 'C')];
  expect(page).toEqual({
    edges: [
      { cursor: b, node: items[1] },
      { cursor: c, node: items[2] },
    ],
    nodes: [items[1], items[2]],
    pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: b, endCursor: c },
  });
});

test('an empty page has no cursors', () => {
  expect(slicePage([], {}, ascending)).toEqual({
    edges: [],
    nodes: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});

test.each([
  [{}, '|abcde|'],
  [{ first: 5 }, '|abcde|'],
  [{ first: 4 }, '|abcd>'],
  [{ first: 0 }, '|>'],
  [{ last: 0 }, '<|'],
  [{ last: 2 }, '<de|'],
  [{ after: 'b' }, '<cde|'],
  [{ before: 'b' }, '|a>'],
  [{ first: 1, after: 'b' }, '<c>'],
  [{ first: 0, after: 'b' }, '<>'],
  [{ first: 1, before: 'd' }, '|a>'],
  [{ last: 1, before: 'd' }, '<c>'],
  [{ last: 1, after: 'b' }, '<e|'],
  [{ after: 'a', before: 'e' }, '<bcd>'],
  [{ last: 9, after: 'a', before: 'e' }, '<bcd>'],
  [{ after: 'd', before: 'b' }, '<>'],
  [{ last: 3, after: 'd', before: 'b' }, '<>'],
  [{ after: 'e' }, '<|'],
  [{ before: 'a' }, '|>'],
  [{ after: 'bb' }, '<cde|'],
  [{ before: 'bb' }, '|ab>'],
  [{ after: '' }, '|abcde|'],
  [{ after: 'z' }, '<|'],
])('%j of five items is %s', (args: { first?: number; last?: number; after?: string; before?: string }, expected) => {
  const place = (key: string | undefined) => (key === undefined ? null : cursorOf(key, key.toUpperCase()));
  expect(outline(slicePage(items, { ...args, after: place(args.after), before: place(args.before) }, ascending))).toBe(expected);
});

test('a cursor after which nothing is left out may have a null key', () => {
  const withNulls = [...items, { key: null, id: 'A' }, { key: null, id: 'B' }];
  expect(slicePage(withNulls, { after: cursorOf(null, 'A') }, ascending).nodes).toEqual([{ key: null, id: 'B' }]);
  expect(slicePage(withNulls, { last: 1, before: cursorOf(null, 'A') }, ascending).nodes).toEqual([items[4]]);
});

test('a cursor whose key is of a type that this order does not have breaks nothing', () => {
  expect(outline(slicePage(items, { after: cursorOf(7, 'A') }, ascending))).toBe('|abcde|');
});

test('a size or a cursor that makes no sense is refused', () => {
  expect(() => slicePage(items, { first: 201 }, ascending)).toThrow(BadUserInputError);
  expect(() => slicePage(items, { after: 'nonsense' }, ascending)).toThrow(BadUserInputError);
  expect(() => slicePage(items, { before: cursorOf('a', 'A', descending) }, ascending)).toThrow(BadUserInputError);
});

describe('where keys are too long for a cursor', () => {
  const long = (end: string) => ({ key: `${'x'.repeat(450)}${end}`, id: end });
  const [one, two, three] = [long('1'), long('2'), long('3')];
  const [first, last] = [
    { key: 'x', id: 'first' },
    { key: 'y', id: 'last' },
  ];
  const list = [first, one, two, three, last];
  const cursor = cursorOf(two.key, two.id);

  test('the item that a cursor was made from is found by its id', () => {
    expect(slicePage(list, { after: cursor }, ascending).nodes).toEqual([three, last]);
    expect(slicePage(list, { before: cursor }, ascending).nodes).toEqual([first, one]);
    expect(slicePage(list.toReversed(), { after: cursorOf(two.key, two.id, descending) }, descending).nodes).toEqual([one, first]);
  });

  test('all that may lie on either side is given when that item is gone or has another key', () => {
    for (const others of [
      [first, one, three, last],
      [first, one, three, last, { key: 'z', id: two.id }],
    ]) {
      expect(slicePage(others, { after: cursor }, ascending).nodes).toEqual(others.slice(1));
      expect(slicePage(others, { before: cursor }, ascending).nodes).toEqual(others.slice(0, 3));
    }
  });

  test('the same holds for ids', () => {
    const ids = ['1', '2', '3'].map((end) => ({ key: 'k', id: `${'i'.repeat(500)}${end}` }));
    const middle = cursorOf('k', ids[1]?.id ?? '');
    expect(slicePage([...ids, last], { after: middle }, ascending).nodes).toEqual([ids[2], last]);
    expect(slicePage([...ids.toSpliced(1, 1), last], { after: middle }, ascending).nodes).toEqual([ids[0], ids[2], last]);
  });
});
