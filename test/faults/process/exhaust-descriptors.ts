import { spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';

import { waitUntil } from '../../support/wait-until.js';

/** A low limit of file descriptors. It is set after the start, when a process opens many files. */
const maxDescriptors = 96;

/** For `describeWith`. */
export const prlimit = {
  isThere: spawnSync('prlimit', ['--version']).status === 0,
  install: 'Install prlimit (util-linux), so that it is found in the PATH.',
};

/** When the process has closed this many connections at once, it has no descriptor left. */
const closedWhenExhausted = 5;

/** The time limit in milliseconds. */
const maxDurationMs = 10_000;

/** Opens idle connections until the listening process has no file descriptor left. */
export async function exhaustDescriptors(pid: number, port: number): Promise<{ release(): void }> {
  const { status } = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${maxDescriptors}:`]);
  if (status !== 0) throw new Error('The file descriptors of the process could not be limited.');
  const idle = new Set<Socket>();
  let closed = 0;
  for (let count = 0; count < 2 * maxDescriptors; count++) {
    const socket = connect(port, '127.0.0.1').resume();
    idle.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        closed += 1;
        idle.delete(socket);
      });
  }
  // The kernel establishes connections before the process accepts them.
  await waitUntil(() => closed >= closedWhenExhausted, 'that it closes what it has no descriptor for', maxDurationMs);
  return {
    release: () => {
      for (const socket of idle) socket.destroy();
    },
  };
}
