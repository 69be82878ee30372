import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { build } from 'esbuild';

import type { CrashingGateway } from './crashing-gateway.js';
import { Client } from '../../store/site.js';

/** Below node_modules, so that it finds the packages. */
const program = 'node_modules/.cache/tributary-test/crashing-gateway.mjs';

/** To be called once, before the first one starts. */
export async function buildChildGateway(): Promise<void> {
  mkdirSync('node_modules/.cache/tributary-test', { recursive: true });
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external', tsconfig: 'tsconfig.json' } as const;
  await build({ ...options, entryPoints: ['test/process/store/crashing-gateway.ts'], outfile: program, logLevel: 'error' });
  // A worker starts from a file of its own, beside the program.
  copyFileSync('src/store/sql/sqlite-worker.mjs', 'node_modules/.cache/tributary-test/sqlite-worker.mjs');
}

/** A gateway in a process of its own. */
export interface ChildGateway {
  readonly client: Client;
  /** Resolves with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
  kill(): void;
}

/** `fileKb`: no file that it writes can become larger, in kibibytes, as if the disk were full. */
export async function startChildGateway(options: CrashingGateway, fileKb: number | null = null): Promise<ChildGateway> {
  const limit = fileKb === null ? '' : `ulimit -f ${fileKb}; `;
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', process.execPath, program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = endOf(child);
  const origin = await Promise.race([firstLine(child), ended.then((signal) => Promise.reject(new Error(`It did not start (${signal}).`)))]);
  return { client: new Client(origin), ended, kill: () => void child.kill('SIGKILL') };
}

async function endOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  await once(child, 'exit');
  return child.signalCode;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('It has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  return new Promise(() => undefined);
}
