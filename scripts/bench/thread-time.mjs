import { readFileSync } from 'node:fs';

/** Processor time of the main thread in milliseconds, where the system tells it; else of the process. */
export function readThreadMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }
}
