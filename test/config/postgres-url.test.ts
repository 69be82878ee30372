import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';

import { files, load, problemsOf, smallest } from './fixture.js';

const configure = (url: string, others: object = {}): string => `${stringify({ store: { kind: 'postgres', url, ...others } })}${smallest}`;

/** The messages of the problems of a URL, after its position and key. */
const problemsOfUrl = (url: string, others: object = {}): readonly string[] =>
  problemsOf(configure(url, others)).map((line) => line.replace(/^.*?: store\.(url|tls): /, ''));

const inCredentials = 'in the user name or password';
const parameters = expect.stringMatching(/^expected only these parameters after the \?: host, port, user, /);

test.each([
  ['an unencoded @', 'postgres://them:abc@Geheim1234@localhost:25432/t', `expected each @ ${inCredentials} to be encoded as %40`],
  ['an unencoded #', 'postgres://them:Geheim#1234@localhost:25432/t', `expected each # ${inCredentials} to be encoded as %23`],
  ['an unencoded @ and #', 'postgres://them:abc@Geheim1234#x@localhost/t', `expected each # ${inCredentials} to be encoded as %23`],
  ['an unencoded /', 'postgres://them:Geh/eim1234@localhost:25432/t', `expected each / ${inCredentials} to be encoded as %2F`],
  [
    'an unencoded ?',
    'postgres://them:Geh?eim1234@localhost:25432/t',
    `expected each ? ${inCredentials} to be encoded as %3F, and each @ in a parameter as %40`,
  ],
  [
    'two unencoded ?',
    'postgres://them:Geh?eim?1234@localhost/t',
    `expected each ? ${inCredentials} to be encoded as %3F, and each @ in a parameter as %40`,
  ],
  ['an unencoded %', 'postgres://them:Geh%eim@localhost/t', 'expected each % that begins no escape, such as %40, to be written as %25'],
  ['a blank', 'postgres://them:Geh eim@localhost/t', 'expected a URL without blanks and backslashes; encode a blank as %20'],
  ['bytes that are no UTF-8', 'postgres://them:Geheim%FF@localhost/t', 'expected percent-encoded characters to be UTF-8'],
  [
    'a password for a port',
    'postgres://them:Geheim',
    'expected a port from 1 to 65535 after the host, or a host after the user and the password',
  ],
  [
    'a port out of range',
    'postgres://localhost:70000/t',
    'expected a port from 1 to 65535 after the host, or a host after the user and the password',
  ],
  [
    'no host name',
    'postgres://them:Geheim@local host/t'.replace(' ', '!'),
    'expected user:password@host:port, with a host name or an address, or several separated by commas',
  ],
  ['two databases', 'postgres://localhost/Geheim/t', 'expected one name of a database after the host, with each / in it encoded as %2F'],
  ['another scheme', 'mysql://them:Geheim@localhost/t', 'expected a URL that begins with postgres://'],
  ['an unknown parameter', 'postgres://localhost/t?Geheim=1', parameters],
  ['a password in a parameter, with an unencoded &', 'postgres://localhost/t?password=Geh&eim', parameters],
  [
    'a list of hosts in a parameter',
    'postgres:///t?host=a,b',
    'expected a list of hosts before the name of the database, and not in the parameter host',
  ],
  [
    'a standby',
    'postgres://a,b/t?target_session_attrs=any',
    'expected target_session_attrs=read-write or primary, because the store is written to',
  ],
  [
    'an unknown sslmode',
    'postgres://localhost/t?sslmode=Geheim',
    'expected sslmode disable, no-verify, prefer, require, verify-ca, verify-full',
  ],
  ['sslcert alone', 'postgres://localhost/t?sslcert=/etc/ssl/corp.pem', 'expected sslcert and sslkey together'],
  [
    'sslrootcert without TLS',
    'postgres://localhost/t?sslmode=disable&sslrootcert=/etc/ssl/corp.pem',
    'expected another sslmode than disable, or no other parameters of TLS',
  ],
  [
    'a sslrootcert that is missing',
    'postgres://localhost/t?sslmode=verify-full&sslrootcert=./29/missing.pem',
    'sslrootcert: expected a file that can be read; there is none of this name',
  ],
  ['options that are none', 'postgres://localhost/t?options=Geheim', 'expected options such as -c%20search_path=tasks'],
])('a PostgreSQL URL with %s is a problem, in words that contain none of it', (_, url, message) => {
  const problems = problemsOfUrl(url);
  expect(problems).toEqual([message]);
  expect(problems.join()).not.toMatch(/Geh|eim|them|1234/);
});

test('a caFile for a URL that turns TLS off is a problem', () => {
  expect(problemsOfUrl('postgres://localhost/t?sslmode=disable', { tls: { caFile: '/etc/ssl/corp.pem' } })).toEqual([
    'expected no caFile, because sslmode=disable in the URL turns TLS off',
  ]);
});

test('a lifetime of connections above a day is a problem', () => {
  expect(problemsOf(configure('postgres://localhost/t', { maxLifetime: '2d' })).join()).toContain('of at most 24h');
});

test.each([
  'postgres://u:p%40ss%23w%25rd%2Fx@localhost:25432,127.0.0.1:25433/t29?target_session_attrs=read-write',
  'postgresql://u:a:b&c=d!$;,e@[::1]:5432/t',
  'postgres://u@%2Fvar%2Frun%2Fpostgresql/t',
  'postgres:///t?host=/var/run/postgresql&user=u&password=a%40b',
  'postgres://localhost/t?options=-c%20search_path=tasks%20--lock-timeout=5s&statement_timeout=3000',
  'postgres://localhost/t?sslmode=verify-full&sslrootcert=/etc/ssl/corp.pem',
])('%s is a PostgreSQL URL', (url) => {
  expect(load(configure(url)).store).toMatchObject({ kind: 'postgres', url, maxLifetimeMs: 1_800_000 });
});

test('the certificate authorities of a store are read from a file', () => {
  const { store } = load(configure('postgres://localhost/t', { tls: { caFile: '/etc/ssl/corp.pem' }, maxLifetime: '5m' }));
  expect(store).toMatchObject({ tls: { ca: files['/etc/ssl/corp.pem']?.trim() }, maxLifetimeMs: 300_000 });
});
