import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { translateAstraTask } from '../../../src/sources/astra/task.js';
import { parseAstraTask } from '../../../src/sources/astra/wire.js';
import { fixtureId, wholeTask } from './wire-fixture.js';

const json = fc.jsonValue({ maxDepth: 3 });
const fieldNames = [...Object.keys(wholeTask), 'endTime', 'cancelTime', '__proto__', 'constructor'];

/** An item with an id, whose other fields are partly good and partly anything. */
const unusualTask = fc
  .dictionary(fc.constantFrom(...fieldNames), json)
  .map((changes): unknown => JSON.parse(JSON.stringify({ ...wholeTask, ...changes, id: fixtureId })));

test('no JSON makes the reader or the translation throw', () => {
  fc.assert(
    fc.property(fc.oneof(json, unusualTask), (value) => {
      const item = parseAstraTask(value);
      if (item === null) return;
      const task = translateAstraTask('astra', item);
      expect(task.payload).toBe(value);
      expect(task.name).not.toBe('');
    }),
  );
});

test('an item with a good id is always read, whatever else is in it', () => {
  fc.assert(
    fc.property(unusualTask, (value) => {
      expect(parseAstraTask(value)?.task.id).toBe(fixtureId);
    }),
  );
});

test('progress is always from 0 to 100, and only finished tasks have an end', () => {
  fc.assert(
    fc.property(fc.double(), fc.constantFrom('running', 'completed', 'failed', 'other'), (percentDone, state) => {
      const item = parseAstraTask({ id: fixtureId, percentDone, state, endTime: '2026-01-15T08:00:00Z' });
      if (item === null) throw new Error('The item was not read.');
      const { progress, isFinished, finishedAt } = translateAstraTask('astra', item);
      if (progress !== null) {
        expect(progress.percent).toBeGreaterThanOrEqual(0);
        expect(progress.percent).toBeLessThanOrEqual(100);
      }
      expect(finishedAt !== null).toBe(isFinished);
    }),
  );
});

test('nothing that a plane sends reaches the prototypes', () => {
  const value: unknown = JSON.parse(
    `{"id":"${fixtureId}","__proto__":{"polluted":1},"stateDetails":[{"__proto__":{"polluted":1},"additionalDetails":{"__proto__":{"polluted":1}}}]}`,
  );
  const item = parseAstraTask(value);
  if (item === null) throw new Error('The item was not read.');
  translateAstraTask('astra', item);
  expect('polluted' in {}).toBe(false);
});
