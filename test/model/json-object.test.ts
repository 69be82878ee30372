import { expect, test } from '@jest/globals';
import { isJsonObject, JsonObjectScalar } from '../../src/model/scalars.js';

test('An object is serialized unchanged.', () => {
  const object = { a: [1, { b: null }], c: 'd' };
  expect(JsonObjectScalar.serialize(object)).toEqual(object);
  expect(isJsonObject(object)).toBe(true);
});

test.each([[[]], [null], ['text'], [7], [undefined]])('%p is not a JSON object.', (value) => {
  expect(isJsonObject(value)).toBe(false);
});
