import { expect, test } from '@jest/globals';

import { runProgram } from '../../src/cli/program.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { Authenticator } from '../../src/server/authentication/authenticator.js';
import { sourceModules } from '../../src/sources/registry.js';
import { createTestIo } from './test-io.js';

const configuration = `auth: { mode: keys, keyringFile: keys.json, grants: [{ who: "role:sre", actions: [read], sources: ["*"] }] }
sources: [{ name: a, kind: vcf, url: "http://127.0.0.1:1", credentials: { username: u, password: p } }]
`;

const run = (of: ReturnType<typeof createTestIo>, line: string) => runProgram(line.split(' '), sourceModules, of.io);

/** Whether a key opens what the configuration and the keyring say. */
async function opens(of: ReturnType<typeof createTestIo>, key: string): Promise<boolean> {
  const { environment, readFile } = of.io;
  const { auth } = loadConfiguration({ file: 'tributary.yaml', text: configuration, environment, readFile, modules: sourceModules });
  const authenticator = new Authenticator({
    access: auth,
    trustedProxies: [],
    fetchPublicDocument: () => Promise.reject(new Error()),
    now: of.io.now,
  });
  const presented = {
    authorization: `Bearer ${key}`,
    url: '/graphql',
    remoteAddress: '127.0.0.1',
    forwardedFor: undefined,
    sourceTokens: new Map<string, string>(),
  };
  return authenticator.authenticate(presented).then(
    (session) => session.may('read', 'a'),
    () => false,
  );
}

test('A created key is accepted by the gateway, is shown once, and is stored as its hash.', async () => {
  const of = createTestIo(configuration);
  expect(await run(of, 'keys create ci --role sre --role dev --expires 30d')).toBe(0);
  const [key = ''] = of.out;
  expect(of.out).toEqual([expect.stringMatching(/^trb_[A-Za-z0-9_-]{43}$/)]);
  expect([...of.files.keys()]).toEqual(['keys.json']);
  expect([...of.files.values(), ...of.err].join('\n')).not.toContain(key);
  expect(await opens(of, key)).toBe(true);
  expect(await opens(of, `${key}x`)).toBe(false);
});

test('The list of keys contains no key, and a revoked key is refused.', async () => {
  const of = createTestIo(configuration);
  await run(of, 'keys create ci --role sre');
  await run(of, 'keys create other --role sre --expires never');
  const [first = '', second = ''] = of.out.splice(0);
  expect(await run(of, 'keys list')).toBe(0);
  expect(of.out.join('\n')).toMatch(/^ci\texpires \d{4}-.*\tcreated \d{4}-.*\troles sre\nother\texpires never\tcreated .*\troles sre$/);
  expect(await run(of, 'keys revoke ci')).toBe(0);
  expect([await opens(of, first), await opens(of, second)]).toEqual([false, true]);
  expect(await run(of, 'keys revoke ci')).toBe(1);
});

test('A key expires at the requested time.', async () => {
  const of = createTestIo(configuration);
  let now = Date.now();
  const later = { ...of, io: { ...of.io, now: () => now } };
  await run(later, 'keys create ci --role sre --expires 1h');
  const [key = ''] = of.out.splice(0);
  expect(await opens(later, key)).toBe(true);
  now += 3_600_000;
  expect(await opens(later, key)).toBe(false);
  await run(later, 'keys list');
  expect(of.out).toEqual([expect.stringMatching(/^ci\texpired /)]);
});

test('Every key is different, and has an id of its own.', async () => {
  const of = createTestIo(configuration);
  await run(of, 'keys create a --keyring other.json');
  await run(of, 'keys create b --keyring other.json');
  expect(await run(of, 'keys create a --keyring other.json')).toBe(1);
  expect(new Set(of.out).size).toBe(2);
  expect([...of.files.keys()]).toEqual(['other.json']);
});

test.each([
  ['keys create', "missing required argument 'id'"],
  ['keys create a/b', 'Expected 1 to 64 letters'],
  ['keys create a --expires 5', 'Expected a number and h or d'],
  ['keys list --keyring tributary.yaml', 'tributary.yaml is not a keyring'],
])('tributary %s reports the mistake: %s.', async (line, words) => {
  const of = createTestIo(configuration);
  expect(await run(of, line)).toBe(2);
  expect(of.err.join('\n')).toContain(words);
});

test('Where the configuration names no keyring, the message says what to write.', async () => {
  const of = createTestIo('auth: { mode: none }\n');
  expect(await run(of, 'keys list')).toBe(2);
  expect(of.err.join('\n')).toContain('keyringFile: ./keys.json');
});

test.each(['-ci', '--help', '_ci', '-'])('The id %s, which begins like an option or with an underscore, is taken after --.', async (id) => {
  const of = createTestIo(configuration);
  expect(await run(of, `keys create --role sre -- ${id}`)).toBe(0);
  expect(await opens(of, of.out[0] ?? '')).toBe(true);
  expect(await run(of, `keys revoke -- ${id}`)).toBe(0);
});
