// Starts the processes of the benchmark, each bound to one core, and reads what they used.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Child } from '../../scripts/bench/child.mjs';

/** Servers have the first core; planes and the load generator have the second one. */
const cores = { server: 0, other: 1 };
const stdio = ['ignore', 'ignore', 'inherit'];

/**
 * Starts a script of this folder. Resolves with its process and, as `started`, its first message. A process that waits for a message before it
 * starts is given `first`.
 */
export async function startScript(script, args, { core, node, first }) {
  const child = new Child(new URL(script, import.meta.url), args.map(toArgument), { core: cores[core], node, stdio });
  const started = await (first === undefined ? child.nextMessage() : child.request(first));
  if (started.failed !== undefined) {
    await child.kill();
    throw new Error(started.failed);
  }
  return { pid: started.pid ?? child.pid, started, request: (message) => child.request(message), kill: () => child.kill() };
}

function toArgument(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Starts the built gateway as a user does; resolves when it says that it is ready. `execArgv` are further arguments for Node. */
export async function startGateway(configuration, { node, execArgv }) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const file = join(folder, 'tributary.yaml');
  const { store } = configuration;
  const placed = store.kind === 'sqlite' ? { ...store, path: join(folder, 'bench.db') } : store;
  writeFileSync(file, JSON.stringify({ ...configuration, store: placed }));
  const main = new URL('../../dist/main.js', import.meta.url);
  const child = new Child(main, ['serve', '--config', file], { core: cores.server, node, execArgv, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = async () => {
    await child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await readAddress(child);
    return { pid: child.pid, started: { url }, request: (message) => child.request(message), kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function readAddress(child) {
  let output = '';
  let log = '';
  child.stderr.on('data', (chunk) => (log = (log + String(chunk)).slice(-2_000)));
  const ready = new Promise((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      const address = /ready at (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  try {
    return await child.whileAlive(ready);
  } catch (error) {
    throw new Error(`The gateway did not start: ${log}`, { cause: error });
  }
}

/**
 * What a process has used until now: milliseconds of processor time, user and system, of all its threads, and its resident memory in MB.
 * Both are NaN where the system has no /proc.
 */
export function readUsage(pid) {
  if (!existsSync(`/proc/${pid}/stat`)) return { cpuMs: Number.NaN, rssMb: Number.NaN };
  // The name in parentheses may hold spaces; utime and stime are the 12th and 13th fields after it, in ticks of 10 ms.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, rssMb: Number(rss) / 1_024 };
}
