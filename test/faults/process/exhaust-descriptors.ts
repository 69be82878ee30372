import { spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';

import { waitUntil } from '../../support/wait-until.js';

/** So few that they are soon taken. They are limited when it runs: a process that starts opens many files at once. */
const most = 96;

/** For `describeWith`. */
export const prlimit = {
  isThere: spawnSync('prlimit', ['--version']).status === 0,
  install: 'Install prlimit (util-linux), so that it is found in the PATH.',
};

/** A process with few descriptors has none left when it has closed so many connections at once. */
const enough = 5;

/** Milliseconds that a busy machine may take for it. */
const longestMs = 10_000;

/** Opens connections and leaves them idle, until the process that listens has no descriptor left for another one. */
export async function exhaustDescriptors(pid: number, port: number): Promise<{ giveBack(): void }> {
  const { status } = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${most}:`]);
  if (status !== 0) throw new Error('Its descriptors could not be limited.');
  const idle = new Set<Socket>();
  let closed = 0;
  for (let count = 0; count < 2 * most; count++) {
    const socket = connect(port, '127.0.0.1').resume();
    idle.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        closed += 1;
        idle.delete(socket);
      });
  }
  // They stand before the process has looked at them.
  await waitUntil(() => closed >= enough, 'that it closes what it has no descriptor for', longestMs);
  return {
    giveBack: () => {
      for (const socket of idle) socket.destroy();
    },
  };
}
