import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** So few that they are soon taken. They are limited when it runs: a process that starts opens many files at once. */
const most = 96;

/** For `describeWith`. */
export const prlimit = {
  isThere: spawnSync('prlimit', ['--version']).status === 0,
  install: 'Install prlimit (util-linux), so that it is found in the PATH.',
};

/** A process with few descriptors has none left when it has closed so many connections at once. */
const enough = 5;

/** Opens connections and leaves them idle, until the process that listens has no descriptor left for another one. */
export async function takeDescriptors(pid: number, port: number): Promise<{ giveBack(): void }> {
  const { status } = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${most}:`]);
  if (status !== 0) throw new Error('Its descriptors could not be limited.');
  const idle = new Set<Socket>();
  let closed = 0;
  for (let count = 0; count < 2 * most && closed < enough; count++) {
    const socket = connect(port, '127.0.0.1');
    idle.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        closed += 1;
        idle.delete(socket);
      });
    socket.resume();
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
  }
  if (closed < enough) throw new Error('It takes every connection.');
  return {
    giveBack: () => {
      for (const socket of idle) socket.destroy();
    },
  };
}
