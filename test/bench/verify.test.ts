import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';

const run = promisify(execFile);
const contenderPackages = {
  isThere: existsSync('test/bench/contenders/node_modules/.installed-lock.json'),
  install: 'Run "npm run test:tools" (the packages of test/bench/contenders are not installed).',
};

async function verify(only: string): Promise<string> {
  return (await run(process.execPath, ['test/bench/run.mjs', '--verify', '--only', only])).stdout;
}

test('The gateway gives the tasks of the planes with both stores, with and without keys, anew and aged, and asks no more often than it should.', async () => {
  const lines = (await verify('^(Tributary|floor|ready)')).split('\n');
  const gateways = lines.filter((line) => /^Tributary .*: the same data, \d+ and \d+ requests/.test(line));
  expect(gateways.length).toBeGreaterThanOrEqual(9);
  expect(lines).toContain('floor (bare proxy): the same tasks, 22 and 220 requests to the planes for 1 and 10 operations');
});

describeWith(contenderPackages)('With other servers', () => {
  test('They give the same data as the gateway.', async () => {
    const text = await verify('^(naive|graphql-yoga|mercurius|Tributary aged, memory$)');
    expect(text.match(/the same data/g)).toHaveLength(5);
  });
});

/** Runs the comparison with contenders that a script chooses; resolves with why it fails. */
async function failureOf(chosen: string): Promise<string> {
  const script = `
    import { contenders } from './test/bench/contenders.mjs';
    import { verifyContenders } from './test/bench/verify.mjs';
    import { withContenders } from './test/bench/world.mjs';
    const { 'Tributary aged, memory': aged, 'floor (bare proxy)': floor } = contenders;
    await withContenders({ chosen: ${chosen} }, verifyContenders).catch((error) => process.stdout.write(error.message));
  `;
  return (await run(process.execPath, ['--input-type=module', '--eval', script])).stdout;
}

test.each([
  ['other data than the first one', "{ aged, other: { ...floor, gives: 'data' } }", /^other gives other data: data\.\S+ is .*, not .*\.$/],
  [
    'ids, asking for each operation anew',
    '{ aged, other: { ...floor, mostCalls: aged.mostCalls } }',
    /^other sent \d+ requests to the planes for 10 operations, which is more than \d+\.$/,
  ],
])('The comparison fails when a server gives %s.', async (_what, chosen, expected) => {
  expect(await failureOf(chosen)).toMatch(expected);
});
