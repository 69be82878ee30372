import { expect, test } from '@jest/globals';
import { isJsonObject, JsonObjectScalar } from '../../src/model/scalars.js';

test('An object goes out as it is.', () => {
  const object = { a: [1, { b: null }], c: 'd' };
  expect(JsonObjectScalar.serialize(object)).toEqual(object);
  expect(isJsonObject(object)).toBe(true);
});

test.each([[[]], [null], ['text'], [7], [undefined]])('%p is no JSON object.', (value) => {
  expect(isJsonObject(value)).toBe(false);
});
