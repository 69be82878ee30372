#!/usr/bin/env node
import 'reflect-metadata';

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import closeWithGrace from 'close-with-grace';

import type { Io } from './commands/io.js';
import { runProgram } from './commands/program.js';
import { sourceModules } from './sources/index.js';

/** Milliseconds that requests under way may still take after a signal. */
const graceMs = 10_000;

/** Node 20 gets no security fixes since 2026-04-30. */
const oldestMaintainedNode = 22;

const io: Io = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  readFile: (path) => readFileSync(path, 'utf8'),
  exists: existsSync,
  environment: process.env,
  now: Date.now,
  explorerFolder: fileURLToPath(new URL('./explorer', import.meta.url)),
  version: (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version,
};

if (Number.parseInt(process.versions.node, 10) < oldestMaintainedNode) {
  io.err(`Node ${process.versions.node} is past its end of life; Node ${oldestMaintainedNode} or later is safer.`);
}

const outcome = await runProgram(process.argv.slice(2), sourceModules, io);
if (typeof outcome === 'number') process.exitCode = outcome;
else {
  closeWithGrace({ delay: graceMs, logger: { error: (error: unknown) => io.err(String(error)) } }, async ({ err }) => {
    if (err !== undefined) io.err(err.stack ?? err.message);
    await outcome.close();
  });
}
