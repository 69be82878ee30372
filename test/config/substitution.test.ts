import { expect, test } from '@jest/globals';

import { load, problemsOf, smallest } from './fixture.js';

const password = (written: string, environment: Readonly<Record<string, string | undefined>> = {}): unknown =>
  load(
    smallest.replace('password: pw', () => `password: ${written}`),
    { environment },
  ).sources[0]?.settings;

test.each([
  ['"${PW}"', 's3cret'],
  ['"a-${PW}-${PW}"', 'a-s3cret-s3cret'],
  ['"$${PW}"', '${PW}'],
  ['"$$$$"', '$$'],
  ['"$$$${PW}"', '$${PW}'],
  ['"$${PW} ${PW}"', '${PW} s3cret'],
  ['"a$b$"', 'a$b$'],
  ['"${NESTED}"', '${PW}'],
  ['"${YAML}"', '{ a: 1 }\nb: 2'],
])('%s becomes %s', (written, expected) => {
  const environment = { PW: 's3cret', NESTED: '${PW}', YAML: '{ a: 1 }\nb: 2' };
  expect(password(written, environment)).toMatchObject({ credentials: { password: expected } });
});

test.each([
  ['"${NOT_SET}"', 'expected the environment variable NOT_SET, which is not set'],
  ['"${toString}"', 'expected the environment variable toString, which is not set'],
  ['"${1}"', 'expected ${NAME}, a name of letters, digits and _; a dollar before { is written $$'],
  ['"a${"', 'expected ${NAME}, a name of letters, digits and _; a dollar before { is written $$'],
])('%s is refused', (written, message) => {
  expect(problemsOf(smallest.replace('password: pw', () => `password: ${written}`))).toEqual([
    `6:45: sources[0].credentials.password: ${message}`,
  ]);
});

test('variables in keys are not substituted', () => {
  expect(problemsOf(`"\${KEY}": 1\n${smallest}`, { environment: { KEY: 'server' } })).toEqual(['1:1: "${KEY}": unknown key']);
});

test('a variable outside braces needs no quotes', () => {
  const { server } = load(`server:\n  host: \${HOST}\n${smallest}`, { environment: { HOST: '::1' } });
  expect(server.host).toBe('::1');
});
