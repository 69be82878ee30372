import { expect, test } from '@jest/globals';

import { Random } from '../../src/sources/simulation/random.js';
import { type Mapper, mappers } from './mappers.js';
import { mutatePayload } from './mutate.js';
import { readFuzzRun } from './fuzz-run.js';

/** What is wrong with a mapper for one seed; null where nothing is. */
function wrongFor(seed: number, { healthy, map }: Mapper): string | null {
  try {
    const task = map(mutatePayload(healthy, new Random(seed)));
    if (task === null) return null;
    if (typeof task.name !== 'string' || typeof task.status !== 'string' || !Array.isArray(task.warnings)) return `seed ${seed}: no task`;
    return Reflect.get({}, 'message') === undefined ? null : `seed ${seed}: a polluted prototype`;
  } catch (error) {
    return `seed ${seed}: ${String(error)}`;
  }
}

test.each(Object.entries(mappers))(
  'whatever the plane sends to %s, it is a task or none, and never an exception',
  (name, mapper) => {
    expect(mapper.map(mapper.healthy)).not.toBeNull();
    const { first, runs } = readFuzzRun(1_500, 1 / Object.keys(mappers).length);
    const wrong: string[] = [];
    for (let seed = first; seed < first + runs && wrong.length < 5; seed += 1) {
      const found = wrongFor(seed, mapper);
      if (found !== null) wrong.push(found);
    }
    expect(wrong).toEqual([]);
    if (runs > 1_500) console.log(`${name}: ${runs} payloads from seed ${first}, 0 crashes`);
  },
  3_600_000,
);
