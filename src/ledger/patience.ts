import { setTimeout } from 'node:timers/promises';

/** What is busy for longer than this, in milliseconds, is given up: whoever waits is told so. */
const longestMs = 2_000;

/** Milliseconds between two tries, while the process does other things. */
const pauseMs = 20;

/** Runs a job, again while it fails for a reason that passes by itself. */
export async function patiently<Value>(job: () => Promise<Value>, isPassing: (error: unknown) => boolean): Promise<Value> {
  const begun = performance.now();
  for (;;) {
    try {
      return await job();
    } catch (error) {
      if (!isPassing(error) || performance.now() - begun >= longestMs) throw error;
    }
    await setTimeout(pauseMs);
  }
}
