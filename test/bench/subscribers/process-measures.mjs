import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Answers messages from the parent process: `{ name, args }`, one at a time. */
export function answerRequests(commands) {
  process.on('message', ({ name, args }) => {
    Promise.resolve()
      .then(() => commands[name](args))
      .then(
        (answer) => process.send({ answer: answer ?? null }),
        (error) => process.send({ error: String(error) }),
      );
  });
}

/** CPU time in milliseconds and memory in bytes of this process; with `collect`, after its garbage was collected. */
export async function measureProcess({ collect = false } = {}) {
  for (let round = 0; collect && round < 3; round++) {
    globalThis.gc?.();
    await sleep(100);
  }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  return { user: user / 1_000, system: system / 1_000, rss, heap: heapUsed + external, timers };
}

const inspector = new Session();

/** The commands that write a CPU profile of this process into a file. */
export const profileCommands = {
  async startProfile() {
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval: 200 });
    await inspector.post('Profiler.start');
  },
  async stopProfile(file) {
    const { profile } = await inspector.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
  },
};
