import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import closeWithGrace from 'close-with-grace';
import 'reflect-metadata';

import { exitCode, type ServedGateway } from './cli/command.js';
import { type Io, readFileVersion } from './cli/io.js';
import { runProgram } from './cli/program.js';
import { sourceModules } from './sources/registry.js';

/** How long requests in flight may still take after a signal, in milliseconds. */
const graceMs = 10_000;

/** Signals within so many milliseconds count as one: under npm Ctrl-C arrives twice, from the terminal and from npm. */
const repeatedSignalMs = 500;

/** Node 20 has had no security fixes since 2026-04-30. */
const oldestMaintainedNode = 22;

const io: Io = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  readFile: (path) => readFileSync(path, 'utf8'),
  writeFile: (path, text) => {
    const temporary = `${path}.${process.pid}.new`;
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  },
  exists: existsSync,
  fileVersion: readFileVersion,
  // Windows has no such permissions, and reports every file as writable.
  isWritableByOthers: (path) => process.platform !== 'win32' && ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o002) !== 0,
  environment: process.env,
  now: Date.now,
  explorerFolder: fileURLToPath(new URL('./explorer', import.meta.url)),
  version: (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version,
};

// A reader of the output may end early, as `head` does. That ends neither a server nor a command, and is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.exitCode = exitCode.failed;
  io.err(`The output could not be written (${error.code}).`);
});
process.stderr.on('error', () => undefined);

if (Number.parseInt(process.versions.node, 10) < oldestMaintainedNode) {
  io.err(`Node ${process.versions.node} is past its end of life; Node ${oldestMaintainedNode} or later is safer.`);
}

const outcome = await runProgram(process.argv.slice(2), sourceModules, io);
if (typeof outcome === 'number') process.exitCode ||= outcome;
else closeOnSignal(outcome);

function closeOnSignal(gateway: ServedGateway): void {
  // SIGHUP means that the terminal was closed; without a terminal it is the convention to reload the configuration of a service.
  const reload = process.stdout.isTTY ? null : gateway.reload;
  const closer = closeWithGrace(
    {
      delay: graceMs,
      skip: ['SIGINT', 'SIGTERM', ...(reload === null ? [] : ['SIGHUP' as const])],
      logger: { error: (error: unknown) => io.err(String(error)) },
      onTimeout: () => io.err(`Some requests took longer than ${graceMs / 1000} s after the signal and were cut.`),
    },
    async ({ err }) => {
      if (err !== undefined) io.err(err.stack ?? err.message);
      await gateway.close();
    },
  );
  let firstAt: number | null = null;
  const onSignal = (signal: string): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      closer.close();
    } else if (performance.now() - firstAt > repeatedSignalMs) {
      io.err(`Stopped at once by a second ${signal}; requests in flight were cut.`);
      process.exit(exitCode.failed);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  if (reload !== null) process.on('SIGHUP', reload);
}
