#!/usr/bin/env node
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import closeWithGrace from 'close-with-grace';
import 'reflect-metadata';

import { exitCode, type ServedGateway } from './cli/command.js';
import { formatOutputLine, type Io, isFileWritableByOthers, readFileText, readFileVersion } from './cli/io.js';
import { runProgram } from './cli/program.js';
import { sourceModules } from './sources/registry.js';

/** How long requests in flight may still take after a signal, in milliseconds. */
const graceMs = 10_000;

/** Signals within so many milliseconds count as one: under npm Ctrl-C arrives twice, from the terminal and from npm. */
const repeatedSignalMs = 500;

/** Node 20 has had no security fixes since 2026-04-30. */
const oldestMaintainedNode = 22;

const io: Io = {
  out: (line) => void process.stdout.write(formatOutputLine(line)),
  err: (line) => void process.stderr.write(formatOutputLine(line)),
  readFile: readFileText,
  writeFile: (path, text) => {
    const temporary = `${path}.${process.pid}.new`;
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  },
  exists: existsSync,
  fileVersion: readFileVersion,
  // Windows has no such permissions, and reports every file as writable.
  isWritableByOthers: (path) => process.platform !== 'win32' && isFileWritableByOthers(path),
  isErrTerminal: process.stderr.isTTY,
  notices:
    Number.parseInt(process.versions.node, 10) < oldestMaintainedNode
      ? [`Node ${process.versions.node} is past its end of life; Node ${oldestMaintainedNode} or later is safer.`]
      : [],
  onWarning: (listener) => void process.removeAllListeners('warning').on('warning', listener),
  environment: process.env,
  now: Date.now,
  explorerFolder: fileURLToPath(new URL('./explorer', import.meta.url)),
  version: (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version,
};

let served: ServedGateway | null = null;

// A reader of the output may end early, as `head` does. That ends neither a server nor a command, and is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.exitCode = exitCode.failed;
  const message = `The output could not be written (${error.code}).`;
  if (served === null) io.err(message);
  else served.log.error(message);
});
process.stderr.on('error', () => undefined);

const outcome = await runProgram(process.argv.slice(2), sourceModules, io);
if (typeof outcome === 'number') process.exitCode ||= outcome;
else {
  closeOnSignal((served = outcome));
  io.out(outcome.announcement);
}

function closeOnSignal(gateway: ServedGateway): void {
  const { log } = gateway;
  // SIGHUP means that the terminal was closed; without a terminal it is the convention to reload the configuration of a service.
  const reload = process.stdout.isTTY ? null : gateway.reload;
  const closer = closeWithGrace(
    {
      delay: graceMs,
      skip: ['SIGINT', 'SIGTERM', ...(reload === null ? [] : ['SIGHUP' as const])],
      logger: { error: (error: unknown) => log.error(error) },
      onTimeout: () => log.warn(`Some requests took longer than ${graceMs / 1000} s after the signal and were cut.`),
    },
    async ({ err }) => {
      if (err !== undefined) log.fatal(err);
      await gateway.close();
      log.info('The gateway has stopped.');
    },
  );
  let firstAt: number | null = null;
  const onSignal = (signal: string): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      log.info({ signal }, `${signal} was received: no more requests are accepted, and those in flight are finished.`);
      closer.close();
    } else if (performance.now() - firstAt > repeatedSignalMs) {
      log.warn({ signal }, `Stopped at once by a second ${signal}; requests in flight were cut.`);
      process.exit(exitCode.failed);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  if (reload !== null) process.on('SIGHUP', reload);
}
