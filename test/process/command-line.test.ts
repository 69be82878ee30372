import { expect, test } from '@jest/globals';

import { runProgram } from '../../src/cli/program.js';
import { sourceModules } from '../../src/sources/registry.js';

/** What the program would print, without a process around it. */
async function run(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runProgram(words, sourceModules, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readFile: () => 'not: right',
    writeFile: () => undefined,
    exists: () => false,
    fileVersion: () => null,
    isWritableByOthers: () => false,
    isErrTerminal: false,
    notices: [],
    onWarning: () => undefined,
    environment: {},
    now: Date.now,
    explorerFolder: 'nowhere',
    version: '1.2.3',
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test.each([
  ['docter', "unknown command 'docter'; did you mean doctor?"],
  ['serve now', "unknown command 'now'"],
  ['config chekc', "unknown command 'chekc'"],
  ['config', 'Usage: tributary config'],
  ['--nope', "unknown option '--nope'"],
  ['--port', 'argument missing'],
  ['--port 99999', 'A port is a whole number from 0 to 65535.'],
  ['--port abc', 'A port is a whole number from 0 to 65535.'],
  ['--port=-1', 'A port is a whole number from 0 to 65535.'],
  ['--port 1e3', 'A port is a whole number from 0 to 65535.'],
  ['--seed -1', 'A seed is a whole number from 0 to 4294967295.'],
  ['--host=', 'Expected an IP address or a host name.'],
  ['--config=', 'Expected the name of a file.'],
])('tributary %s is refused with 2, on stderr alone.', async (line, message) => {
  expect(await run(...line.split(' '))).toEqual({ code: 2, out: '', err: expect.stringContaining(message) });
});

test.each(['', 'serve', 'demo', 'demo break', 'demo mend', 'simulate', 'schema', 'config', 'config check', 'config schema', 'doctor'])(
  'tributary %s --help is sentences, on stdout, with an example and the exit codes of what can be run.',
  async (command) => {
    const { code, out, err } = await run(...command.split(' ').filter((word) => word !== ''), '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^Usage: tributary ${command}`));
    expect(descriptions(out).filter((words) => !/^[A-Z].*\.$/.test(words))).toEqual([]);
    expect(descriptions(out).length).toBeGreaterThan(1);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    if (command !== 'config') expect(out).toMatch(/\nExamples?:\n {2}tributary[^]*\nExit codes:\n {2}0 {2}[^]* {2}2 {2}/);
  },
);

/** What is said of the command, its options and its commands; a line that is indented more goes on from the one before. */
function descriptions(help: string): readonly string[] {
  const [, command = ''] = help.split('\n\n');
  const listed = help
    .replaceAll(/\n {10,}/g, ' ')
    .split('\n')
    .flatMap((line) => /^ {2}\S.*? {2,}(\S.*)$/.exec(line)?.[1] ?? []);
  return [command.replaceAll('\n', ' '), ...listed];
}
