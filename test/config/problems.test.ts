import { expect, test } from '@jest/globals';

import { problemsOf, smallest } from './fixture.js';

/** The smallest configuration with one line in front, or another value for a key of its source. */
const withLine = (line: string): string => `${line}\n${smallest}`;
const withSource = (from: string, to: string): string => smallest.replace(from, to);

const withGrant = (grant: string): string =>
  smallest.replace('none', `keys, keys: [{ id: a, key: "0123456789abcdef" }], grants: [{ who: "*", ${grant} }]`);

const name = 'expected a name of 1 to 31 lower-case letters, digits and -, beginning with a letter';

/** An issuer of tokens. */
const idp = (name: string): string => `{ issuer: "https://${name}.example", audience: t, jwksUri: "https://${name}.example/keys" }`;
const withTokens = (settings: string): string => smallest.replace('mode: none', `mode: jwt, ${settings}`);

test.each([
  ['a number out of its range', withLine('server: { port: 65536 }'), '1:17: server.port: expected a whole number from 0 to 65535'],
  ['text for a number', withLine('server: { port: "4000" }'), '1:17: server.port: expected a whole number from 0 to 65535'],
  ['a fraction', withLine('limits:\n  depth: 1.5'), '2:10: limits.depth: expected a whole number from 0 to 1000000'],
  ['text for a switch', withLine('graphql: { explorer: yes }'), '1:22: graphql.explorer: expected true or false'],
  ['a list for a section', withLine('limits: [1]'), '1:9: limits: expected keys and their values'],
  [
    'a host with a port',
    withLine('server: { host: "127.0.0.1:4000" }'),
    '1:17: server.host: expected an IP address or a host name, without a port',
  ],
  [
    'an open host without authentication',
    withLine('server: { host: 0.0.0.0 }'),
    '1:17: server.host: expected a loopback address, such as 127.0.0.1, because auth.mode is none',
  ],
  ['a name in upper case', withSource('name: sfo', 'name: SFO'), `3:11: sources[0].name: ${name}`],
  ['a name that is too long', withSource('name: sfo', `name: ${'a'.repeat(32)}`), `3:11: sources[0].name: ${name}`],
  ['a missing name', withSource('name: sfo\n    kind', 'kind'), `3:5: sources[0].name: is missing; ${name}`],
  ['a missing key of the kind', withSource(', password: pw', ''), '6:18: sources[0].credentials.password: is missing; expected text'],
  [
    'an unknown kind',
    withSource('kind: vcf', 'kind: vfc'),
    '4:11: sources[0].kind: expected "catalog", "astra" or "vcf"; did you mean vcf?',
  ],
  ['a missing kind', withSource('    kind: vcf\n', ''), '3:5: sources[0].kind: is missing; expected "catalog", "astra" or "vcf"'],
  [
    'an unknown value of record',
    withLine('store: { kind: memory, record: watch }'),
    '1:32: store.record: expected "always" or "watched"; did you mean watched?',
  ],
  ['http to elsewhere', withSource('https:', 'http:'), '5:10: sources[0].url: expected https; http is for loopback addresses only'],
  [
    'a loopback in name only',
    withSource('https://sfo.example', 'http://127.0.0.1.example'),
    '5:10: sources[0].url: expected https; http is for loopback addresses only',
  ],
  ['another scheme', withSource('https://sfo', 'ftp://sfo'), '5:10: sources[0].url: expected a URL that begins with https://'],
  [
    'a URL that would be repaired',
    withSource('https://sfo', 'https:sfo'),
    '5:10: sources[0].url: expected a URL that begins with https://',
  ],
  ['a query', withSource('sfo.example', 'sfo.example/?'), '5:10: sources[0].url: expected a URL without a query (?…)'],
  ['a fragment', withSource('sfo.example', 'sfo.example/#a?b'), '5:10: sources[0].url: expected a URL without a fragment (#…)'],
  [
    'a user in a URL',
    withSource('https://', 'https://user:hunter2@'),
    '5:10: sources[0].url: expected a URL without a user name or a password; credentials have keys of their own',
  ],
  [
    'an origin with a path',
    withLine('server: { cors: ["https://a.example/"] }'),
    '1:18: server.cors[0]: expected an origin, such as https://studio.example: scheme, host and port, in lower case, with nothing after them; the port * is for loopback hosts alone',
  ],
  [
    'every port of a host',
    withLine('server: { cors: ["https://a.example:*"] }'),
    '1:18: server.cors[0]: expected an origin, such as https://studio.example: scheme, host and port, in lower case, with nothing after them; the port * is for loopback hosts alone',
  ],
  ['no sources', 'auth: { mode: none }\nsources: []\n', '2:10: sources: expected at least one source'],
  ['a grant without actions', withGrant('actions: [], sources: ["*"]'), '1:95: auth.grants[0].actions: expected at least one action'],
  ['a grant without sources', withGrant('actions: [read], sources: []'), '1:112: auth.grants[0].sources: expected at least one source'],
  [
    'no keys',
    smallest.replace('mode: none', 'mode: keys, keys: []'),
    '1:27: auth.keys: expected at least one key: write keyringFile: ./keys.json, and make it with tributary keys create',
  ],
  ['no issuers', smallest.replace('mode: none', 'mode: jwt, issuers: []'), '1:29: auth.issuers: expected at least one issuer'],
  [
    'two issuers of one name',
    withTokens(`issuers: [${idp('a')}, ${idp('b')}, ${idp('a')}]`),
    '1:202: auth.issuers[2].issuer: expected another issuer than that of issuers[0]',
  ],
  [
    'a grant that does not say which of two issuers it trusts',
    withTokens(`issuers: [${idp('a')}, ${idp('b')}], grants: [{ who: "sub:alice", actions: [read], sources: ["*"] }]`),
    '1:202: auth.grants[0]: expected the key issuer, with that of issuers[0] or issuers[1]: a subject or a role says nothing without the issuer of its token',
  ],
  [
    'a grant for every caller of any issuer',
    withTokens(`issuers: [${idp('a')}, ${idp('b')}], grants: [{ who: "*", actions: [read], sources: ["*"] }]`),
    '1:202: auth.grants[0]: expected the key issuer, with that of issuers[0] or issuers[1]: a subject or a role says nothing without the issuer of its token',
  ],
  [
    'a grant for another issuer',
    withTokens(`issuers: [${idp('a')}], grants: [{ who: "*", issuer: "https://a.example/", actions: [read], sources: ["*"] }]`),
    '1:141: auth.grants[0].issuer: expected the issuer of an entry of auth.issuers, character by character',
  ],
  ['an issuer in a grant for keys', withGrant('issuer: a, actions: [read], sources: ["*"]'), '1:86: auth.grants[0].issuer: unknown key'],
  ['a source that is null', 'auth: { mode: none }\nsources: [~]\n', '2:11: sources[0]: expected keys and their values'],
])('%s is refused with its position', (_what, text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test.each(['source', 'resource', 'javascript', 'data', 'file', 'http', 'https', 'blob', 'mailto'])(
  '%s is not a valid name of a source',
  (reserved) => {
    expect(problemsOf(withSource('name: sfo', `name: ${reserved}`))).toEqual([
      '3:11: sources[0].name: expected another name: source, resource, javascript, data, file, http, https, blob, mailto are reserved',
    ]);
  },
);

test('missing authentication says what to write', () => {
  expect(problemsOf(smallest.replace('auth: { mode: none }\n', ''))).toEqual([
    '1:1: auth: is missing; expected mode: jwt, keys or none; there is no access without authentication by default. On this machine alone, write auth: { mode: none }; else auth: { mode: keys, keyringFile: ./keys.json }, made by tributary keys create, and grants',
  ]);
  expect(problemsOf(smallest.replace('mode: none', 'grants: []'))).toEqual([
    '1:7: auth.mode: is missing; expected "none", "keys" or "jwt"',
  ]);
});

test('a name that is used twice is refused at its second occurrence', () => {
  const [, source = ''] = smallest.split('sources:\n');
  expect(problemsOf(smallest + source)).toEqual(['7:11: sources[1].name: expected another name than that of sources[0]']);
});

test.each([
  ['sever: { port: 1 }', '1:1: sever: unknown key; did you mean server?'],
  ['server: { prot: 1 }', '1:11: server.prot: unknown key; did you mean port?'],
  ['limits: { Depth: 1 }', '1:11: limits.Depth: unknown key; did you mean depth?'],
  ['frobnicate: 1', '1:1: frobnicate: unknown key'],
  ['frobnicate:', '1:1: frobnicate: unknown key'],
  ['toString: 1', '1:1: toString: unknown key'],
  ['__proto__: { auth: { mode: none } }', '1:1: __proto__: unknown key'],
  ['constructor: { prototype: 1 }', '1:1: constructor: unknown key'],
  ['"a b\\n": 1', '1:1: "a b\\n": unknown key'],
  ['<<: { auth: 1 }', '1:1: "<<": unknown key'],
])('an unknown key is refused with a suggestion: %s', (line, problem) => {
  expect(problemsOf(withLine(line))).toEqual([problem]);
});

test('keys of a kind are known to sources of that kind only', () => {
  expect(problemsOf(`${smallest}    zoneId: z\n    timeoutms: 1\n`)).toEqual([
    '7:5: sources[0].zoneId: unknown key',
    '8:5: sources[0].timeoutms: unknown key; did you mean timeoutMs?',
  ]);
});

test('all problems are reported at once, in the order of the file', () => {
  const text = `server: { port: -1, host: "" }
auth: { mode: none, mode: none }
stroe: { kind: memory }
reads: { maxAgeMs: "\${AGE}" }
sources:
  - { name: a, kind: vcf, url: "http://u@sfo.example?x#y", credentials: { username: 7, passwordFile: nowhere } }
  - { name: a, kind: astra, url: "https://a.example", accountId: no, credentials: { token: tk, user: x } }
`;
  expect(problemsOf(text)).toEqual([
    '1:17: server.port: expected a whole number from 0 to 65535',
    '1:27: server.host: expected an IP address or a host name, without a port',
    '2:21: expected this key only once',
    '3:1: stroe: unknown key; did you mean store?',
    '4:20: reads.maxAgeMs: expected the environment variable AGE, which is not set',
    '6:32: sources[0].url: expected https; http is for loopback addresses only',
    '6:32: sources[0].url: expected a URL without a user name or a password; credentials have keys of their own',
    '6:32: sources[0].url: expected a URL without a query (?…)',
    '6:32: sources[0].url: expected a URL without a fragment (#…)',
    '6:85: sources[0].credentials.username: expected text',
    '6:102: sources[0].credentials.passwordFile: expected a file that can be read; there is none of this name',
    '7:13: sources[1].name: expected another name than that of sources[0]',
    '7:66: sources[1].accountId: expected a valid uuid',
    '7:96: sources[1].credentials: unknown key',
  ]);
});

test.each(['kind: catlog', 'kind: 7', 'kind:', 'displayName: x'])(
  'the keys that all sources have are checked even when the kind is not known: %s',
  (kind) => {
    const entry = `{name: "Bad Name", ${kind}, url: "http://example.com", timeoutMs: 5s, tls: {caFile: nowhere}, credentials: {any: 1}, zoneId: z, frob: 1}`;
    const problems = problemsOf(`auth: { mode: none }\nsources:\n  - ${entry}\n`).map((problem) => problem.replace(/^\d+:\d+: /, ''));
    expect(problems.filter((problem) => !problem.startsWith('sources[0].kind: '))).toEqual([
      `sources[0].name: ${name}`,
      'sources[0].url: expected https; http is for loopback addresses only',
      'sources[0].timeoutMs: expected a whole number from 1 to 600000',
      'sources[0].tls.caFile: expected a file that can be read; there is none of this name',
      'sources[0].credentials: expected { clientId, clientSecret }, { token } or { mode: passthrough }',
      'sources[0].credentials: unknown key',
      'sources[0].frob: unknown key',
    ]);
    expect(problems).toHaveLength(8);
  },
);

test('of a source that could be of any kind, only the keys that all sources have are checked', () => {
  const entry = '{ name: "Bad Name", kind: x, url: "https://a.example", credentials: { token: 7, any: 1 } }';
  const problems = problemsOf(`auth: { mode: none }\nsources:\n  - ${entry}\n`).map((problem) => problem.replace(/^\d+:\d+: /, ''));
  expect(problems).toEqual([`sources[0].name: ${name}`, 'sources[0].kind: expected "catalog", "astra" or "vcf"']);
});

test.each([
  ['misspelt', 'kind: vfc, ', 'expected "catalog", "astra" or "vcf"; did you mean vcf?'],
  ['a display name', 'kind: SDDC Manager, ', 'expected "catalog", "astra" or "vcf"'],
  ['missing', '', 'is missing; expected "catalog", "astra" or "vcf"'],
])('a kind that is %s hides no mistake in the keys of that kind', (_what, kind, message) => {
  const entry = `{ name: a, ${kind}url: "https://a.example", credentials: { username: 7, passwordFile: nowhere, pasword: x } }`;
  const problems = problemsOf(`auth: { mode: none }\nsources:\n  - ${entry}\n`).map((problem) => problem.replace(/^\d+:\d+: /, ''));
  expect(problems.toSorted()).toEqual([
    'sources[0].credentials.passwordFile: expected a file that can be read; there is none of this name',
    'sources[0].credentials.username: expected text',
    'sources[0].credentials: unknown key; did you mean password?',
    `sources[0].kind: ${message}`,
  ]);
});

test('a keyring that is not there yet is one problem among the others, with the command that makes it', () => {
  const auth = 'auth: { mode: keys, keyringFile: ./keys.json, grants: [{ who: me, actions: [read], sources: ["*"] }] }';
  expect(problemsOf(`${smallest.replace('auth: { mode: none }', auth)}limits: { depth: x }\n`)).toEqual([
    '1:34: auth.keyringFile: expected a keyring; there is none yet: make it, with its first key, by tributary keys create ID',
    '1:63: auth.grants[0].who: expected sub:<glob>, role:<glob>, key:<id> or *',
    '7:18: limits.depth: expected a whole number from 0 to 1000000',
  ]);
});
