import { expect, test } from '@jest/globals';

import { runProgram } from '../../src/cli/program.js';
import { modules, smallest } from '../config/fixture.js';
import { createTestIo } from './test-io.js';

/** The exit code of `tributary config check`, and what it prints, for a file with this text or one whose reading fails. */
async function check(text: string | Error): Promise<{ readonly code: unknown; readonly lines: readonly string[] }> {
  const { io, out } = createTestIo('');
  const readFile = (): string => {
    if (typeof text !== 'string') throw text;
    return text;
  };
  const code = await runProgram(['config', 'check', '--config', 'tributary.yaml'], modules, { ...io, readFile });
  return { code, lines: out };
}

test('a valid file is reported as valid', async () => {
  expect(await check(smallest)).toEqual({ code: 0, lines: ['tributary.yaml is valid: 1 source(s).'] });
});

test('a setting that this version cannot serve is valid, and is reported', async () => {
  expect(await check(smallest.replace('{ username: svc, password: pw }', '{ mode: passthrough }'))).toEqual({
    code: 0,
    lines: ['tributary.yaml is valid: 1 source(s).', 'This version does not serve credentials.mode: passthrough (source sfo) yet.'],
  });
});

const withKeys = smallest.replace('{ mode: none }', '{ mode: keys, keys: [{ id: wall, key: 0123456789abcdef }] }');
const withTokens = smallest.replace(
  '{ mode: none }',
  "{ mode: jwt, issuers: [{ issuer: 'https://idp.example', audience: tributary, jwksUri: 'https://idp.example/keys' }] }",
);

test.each([
  ['keys', withKeys, '0.0.0.0'],
  ['keys', withKeys, 'gateway.example'],
  ['tokens', withTokens, '::'],
])('%s in clear on an address that other machines reach are warned of', async (what, text, host) => {
  const { code, lines } = await check(`server: { host: '${host}' }\n${text}`);
  expect(code).toBe(0);
  expect(lines).toEqual([
    'tributary.yaml is valid: 1 source(s).',
    expect.stringMatching(
      new RegExp(`^Warning: server.host ${host} .* plain HTTP, on which the ${what} of callers .* server.trustedProxies`),
    ),
  ]);
});

test.each([
  ['this machine alone reaches them', "server: { host: '::1' }"],
  ['a proxy is named, which has TLS', "server: { host: 0.0.0.0, trustedProxies: ['10.0.0.7'] }"],
])('keys are not warned of where %s', async (_where, server) => {
  expect((await check(`${server}\n${withKeys}`)).lines).toEqual(['tributary.yaml is valid: 1 source(s).']);
});

test('problems are printed, one on each line', async () => {
  expect(await check(`sever: 1\nlimits: 1\n${smallest}`)).toEqual({
    code: 2,
    lines: ['tributary.yaml:1:1: sever: unknown key; did you mean server?', 'tributary.yaml:2:9: limits: expected keys and their values'],
  });
});

test('a file that cannot be read is a problem of the configuration', async () => {
  expect(await check(Object.assign(new Error('open'), { code: 'EISDIR' }))).toEqual({
    code: 2,
    lines: ['tributary.yaml:1:1: expected a file that can be read; this is a folder'],
  });
});

test('the schema is printed as JSON', async () => {
  const { io, out } = createTestIo('');
  expect(await runProgram(['config', 'schema'], modules, io)).toBe(0);
  expect(JSON.parse(out.join(''))).toMatchObject({ title: 'Tributary configuration' });
});
