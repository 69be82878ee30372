import { createHash } from 'node:crypto';

import { expect, test } from '@jest/globals';

import { load, problemsOf, smallest } from './fixture.js';

const withCredentials = (text: string, kind = 'vcf', more = ''): string =>
  smallest.replace('{ username: svc, password: pw }', text).replace('kind: vcf', `kind: ${kind}`) + more;
const catalog = (text: string): string => withCredentials(text, 'catalog', '    zoneId: z\n');

test('a secret may be in a file beside the configuration', () => {
  expect(load(withCredentials('{ username: svc, passwordFile: beside }')).sources[0]?.settings).toEqual({
    credentials: { username: 'svc', password: 'from beside' },
  });
});

test('a path may come from the environment', () => {
  const text = withCredentials('{ username: svc, passwordFile: "${DIR}/vcf" }');
  expect(load(text, { environment: { DIR: '/run/secrets' } }).sources[0]?.settings).toMatchObject({
    credentials: { password: 'vcf password' },
  });
});

test('the URL of a database, a proxy and the keys of callers may be in files too', () => {
  const contents = new Map([
    ['/db', 'postgres://u:p@db/t\n'],
    ['/proxy', 'http://u:p@proxy.example:3128\n'],
    ['/key', '0123456789abcdef\n'],
  ]);
  const auth = 'auth: { mode: keys, keys: [{ id: a, keyFile: /key }] }\nstore: { kind: postgres, urlFile: /db }';
  const text = `${smallest.replace('auth: { mode: none }', auth)}    proxyFile: /proxy\n`;
  const configuration = load(text, { readFile: (path) => contents.get(path) ?? '' });
  expect(configuration.store).toMatchObject({ kind: 'postgres', url: 'postgres://u:p@db/t' });
  expect(configuration.auth).toMatchObject({
    keys: [{ id: 'a', sha256: createHash('sha256').update('0123456789abcdef').digest('hex') }],
    grants: [],
  });
  expect(configuration.sources[0]?.common.transport.proxy?.password).toBe('p');
});

test.each([
  [
    'it does not exist',
    'passwordFile: /nowhere',
    '6:49: sources[0].credentials.passwordFile: expected a file that can be read; there is none of this name',
  ],
  ['it is empty', 'passwordFile: /run/secrets/empty', '6:49: sources[0].credentials.passwordFile: expected a file that is not empty'],
  ['its path is not a text', 'passwordFile: [a]', '6:49: sources[0].credentials.passwordFile: expected the path of a file'],
  [
    'the secret itself is given as well',
    'passwordFile: beside, password: pw',
    '6:35: sources[0].credentials.passwordFile: expected either password or passwordFile, not both',
  ],
  ['no path is given', 'passwordFile:', '6:18: sources[0].credentials.password: is missing; expected text'],
])('a secret in a file is refused when %s', (_when, keys, problem) => {
  expect(problemsOf(withCredentials(`{ username: svc, ${keys} }`))).toEqual([problem]);
});

test('a problem with the content of a file is reported at its path, and does not show the content', () => {
  const text = withCredentials('{ tokenFile: /t }', 'astra', '    accountId: 00000000-0000-4000-8000-000000000000\n');
  expect(problemsOf(text, { readFile: () => 'a secret of more than twenty letters' })).toEqual([
    '6:31: sources[0].credentials.tokenFile: expected at most 20 characters',
  ]);
});

test('a variable that is not set is reported once, and not again for the file that it names', () => {
  expect(problemsOf(withCredentials('{ username: svc, passwordFile: "${DIR}/vcf" }'))).toEqual([
    '6:49: sources[0].credentials.passwordFile: expected the environment variable DIR, which is not set',
  ]);
});

test('a key that may be part of a secret is not shown', () => {
  expect(problemsOf(withCredentials('{ username: svc, password: a,hunter2 }'))).toEqual(['6:47: sources[0].credentials: unknown key']);
});

test('only secrets may be in files', () => {
  expect(problemsOf(withCredentials('{ usernameFile: beside, password: pw }'))).toEqual([
    '6:18: sources[0].credentials.username: is missing; expected text',
    '6:20: sources[0].credentials: unknown key; did you mean username?',
  ]);
});

test('certificates can only be in files', () => {
  expect(problemsOf(`${smallest}    tls: { ca: "-----BEGIN CERTIFICATE-----" }\n`)).toEqual([
    '7:12: sources[0].tls.ca: unknown key; did you mean caFile?',
  ]);
  expect(problemsOf(`${smallest}    tls: { caFile: beside }\n`)).toEqual([
    '7:20: sources[0].tls.caFile: expected a PEM file with certificates',
  ]);
  expect(problemsOf(`${smallest}    tls: { certFile: /etc/ssl/corp.pem }\n`)).toEqual([
    '7:10: sources[0].tls: expected certFile and keyFile together',
  ]);
});

test.each([
  [
    'nothing is given',
    '',
    '6:5: sources[0].credentials: is missing; expected { clientId, clientSecret }, { token } or { mode: passthrough }',
  ],
  ['nothing is in it', '{ }', '6:18: sources[0].credentials: expected { clientId, clientSecret }, { token } or { mode: passthrough }'],
  ['a part is missing', '{ clientId: ci }', '6:18: sources[0].credentials.clientSecret: is missing; expected text'],
  [
    'two kinds are mixed',
    '{ clientId: ci, clientSecret: s, token: t }',
    '6:51: sources[0].credentials.token: expected this key to be absent beside the others',
  ],
  ['a key is misspelt', '{ tokn: t }', '6:20: sources[0].credentials: unknown key; did you mean token?'],
])('where there are several kinds of credentials, the problems of the closest are reported when %s', (_when, credentials, problem) => {
  expect(problemsOf(catalog(credentials))).toContain(problem);
});

test('sources of every kind can use the credentials of callers', () => {
  const [source] = load(catalog('{ mode: passthrough }')).sources;
  expect(source).toMatchObject({ passthrough: true, settings: { zoneId: 'z', credentials: { mode: 'passthrough' } } });
});

test('no message shows a value', () => {
  const secret = 'hunter2';
  const texts = [
    withCredentials(`{ username: [${secret}], password: { ${'x'}: ${secret} } }`),
    withCredentials(`{ username: svc, password: *${secret} }`),
    withCredentials(`{ username: svc, password: !${secret} x }`),
    withCredentials(`{ username: svc, password: "a"${secret} }`),
    withCredentials(`{ username: svc, passwordFile: ${secret} }`),
    withCredentials(`{ username: svc, password: "\\q${secret}" }`),
    withCredentials(`@${secret}`),
    withCredentials(`{ username: svc, password: a,${secret} }`),
    smallest.replace('https://', `https://svc:${secret}@`),
    smallest.replace('mode: none', `mode: ${secret}`),
    `store: { kind: postgres, url: "mysql://u:${secret}@db/t" }\n${smallest}`,
  ];
  for (const text of texts) {
    const problems = problemsOf(text);
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).not.toContain(secret);
  }
});

test.each([
  ['under credentials', withCredentials('{ username: svc, password: pw, pw-secret-12345: }'), '6:49: sources[0].credentials: unknown key'],
  ['with a value', withCredentials('{ username: svc, password: pw, pw-secret-12345: x }'), '6:49: sources[0].credentials: unknown key'],
  [
    'with a variable that is not set',
    withCredentials('{ username: svc, password: pw, pw-secret-12345: "${UNSET}" }'),
    '6:66: sources[0].credentials: expected the environment variable UNSET, which is not set',
  ],
  [
    'among the keys of callers',
    smallest.replace('auth: { mode: none }', 'auth: { mode: keys, keys: [{ id: a, key: 0123456789abcdef, pw-secret-12345: x }] }'),
    '1:60: auth.keys[0]: unknown key',
  ],
  [
    'beside the URL of a database',
    `${smallest}store: { kind: postgres, url: "postgres://a@b/c", pw-secret-12345: x }\n`,
    'store: unknown key',
  ],
  ['beside a proxy', `${smallest}    pw-secret-12345: x\n`, 'sources[0]: unknown key'],
])('a secret that is written as a key is not shown: %s', (_where, text, problem) => {
  const problems = problemsOf(text);
  expect(problems.join('\n')).toContain(problem);
  expect(problems.join('\n')).not.toContain('pw-secret');
});

test.each([
  ['has several lines', 'one\ntwo', 'expected a file with one line and no control characters'],
  ['has a control character', 'one\u001b[31m', 'expected a file with one line and no control characters'],
  ['is too long', 'x'.repeat(16_385), 'expected a file with a secret of at most 16384 characters'],
])('a secret in a file that %s is refused, without showing it', (_what, content, expected) => {
  const text = withCredentials('{ username: svc, passwordFile: /p }');
  expect(problemsOf(text, { readFile: () => content })).toEqual([`6:49: sources[0].credentials.passwordFile: ${expected}`]);
});
