import { expect, test } from '@jest/globals';

import { Random } from '../../src/sources/simulation/random.js';
import { type Mapper, mappers } from './mappers.js';
import { mutatePayload } from './mutate.js';
import { readFuzzRun } from './fuzz-run.js';

/** The problem with a mapper for one seed; null when there is none. */
function findProblem(seed: number, { healthy, map }: Mapper): string | null {
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
  'for every payload of a plane, the mapper of %s returns a task or null, and never throws',
  (name, mapper) => {
    expect(mapper.map(mapper.healthy)).not.toBeNull();
    const { first, runs } = readFuzzRun(1_500, 1 / Object.keys(mappers).length);
    const problems: string[] = [];
    for (let seed = first; seed < first + runs && problems.length < 5; seed += 1) {
      const found = findProblem(seed, mapper);
      if (found !== null) problems.push(found);
    }
    expect(problems).toEqual([]);
    if (runs > 1_500) console.log(`${name}: ${runs} payloads from seed ${first}, 0 crashes`);
  },
  3_600_000,
);
