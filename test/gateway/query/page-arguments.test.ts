import { expect, test } from '@jest/globals';

import { BadUserInputError } from '../../../src/model/errors.js';
import { resolvePageSize } from '../../../src/gateway/query/pagination.js';

test.each([
  [{}, 50],
  [{ first: null, last: null }, 50],
  [{ first: 0 }, 0],
  [{ first: 200, last: null }, 200],
  [{ last: 0 }, 0],
  [{ last: 7 }, 7],
])('%j asks for %d', (args, size) => {
  expect(resolvePageSize(args)).toBe(size);
});

test.each([
  [{ first: 201 }, 'first is a whole number from 0 to 200.'],
  [{ first: -1 }, 'first is a whole number from 0 to 200.'],
  [{ last: 201 }, 'last is a whole number from 0 to 200.'],
  [{ last: 0.5 }, 'last is a whole number from 0 to 200.'],
  [{ first: 0, last: 0 }, 'Give first or last, not both.'],
])('%j is refused, saying what was expected', (args, message) => {
  expect(() => resolvePageSize(args)).toThrow(new BadUserInputError(message));
});
