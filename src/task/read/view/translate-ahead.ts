import { setImmediate } from 'node:timers/promises';

import type { Reading } from '../../source/reading.js';
import type { KnownTasks } from '../known/known-tasks.js';

/** Others get their turn after so many milliseconds of translating. */
const longestTurnMs = 5;

/**
 * Translates what is new or differs, a little at a time, so that thousands of tasks hold up nobody. What it gives is the same
 * readings, whose translation costs nothing any more.
 */
export async function translateAhead(readings: readonly Reading[], known: KnownTasks): Promise<readonly Reading[]> {
  const ahead: Reading[] = [];
  let turn = performance.now();
  for (const reading of readings) {
    if (known.says(reading)) ahead.push(reading);
    else {
      const translated = reading.translate();
      ahead.push({ ...reading, translate: () => translated });
    }
    if (performance.now() - turn < longestTurnMs) continue;
    await setImmediate();
    turn = performance.now();
  }
  return ahead;
}
