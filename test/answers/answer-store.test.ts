import { expect, test } from '@jest/globals';

import { AnswerStore } from '../../src/answers/answer-store.js';

test.each([
  ['entries', { bytes: 1_000_000, entries: 2 }],
  ['bytes', { bytes: 230, entries: 10 }],
])('what was used least recently is forgotten where the limit of %s is reached', (_name, limits) => {
  const store = new AnswerStore<string>(limits);
  store.set('a', 'first', 100);
  store.set('b', 'second', 100);
  expect(store.get('a')).toBe('first');
  store.set('c', 'third', 100);
  expect(['a', 'b', 'c'].map((key) => store.get(key))).toEqual(['first', undefined, 'third']);
});

test('a value in the place of another one counts once, and one that is too large by itself is not kept', () => {
  const store = new AnswerStore<string>({ bytes: 230, entries: 10 });
  for (let count = 0; count < 10; count += 1) store.set('a', `value ${count}`, 100);
  store.set('b', 'other', 100);
  expect(['a', 'b'].map((key) => store.get(key))).toEqual(['value 9', 'other']);
  store.set('c', 'large', 300);
  expect(['a', 'b', 'c'].map((key) => store.get(key))).toEqual([undefined, undefined, undefined]);
});
