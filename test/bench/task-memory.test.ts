import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

/**
 * Bytes of live objects for each task of a list, with three subtasks or two resources, the history in memory and the bytes of the
 * list; a quarter more than what was measured, 5.7 kB, which hardly differs from run to run.
 */
const mostBytesATask = 7_100;

test('A task of a long list takes no more memory than it should, with its history and the text that it came in.', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/bench/task-memory.mjs']);
  expect(Number(stdout)).toBeGreaterThan(1_000);
  expect(Number(stdout)).toBeLessThanOrEqual(mostBytesATask);
});
