import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { load, problemsOf, smallest } from './fixture.js';
import { unicode } from '../support/generators/unicode.js';

const missing = [
  '1:1: auth: is missing; expected mode: jwt, keys or none; there is no access without authentication by default. On this machine alone, write auth: { mode: none }; else auth: { mode: keys, keyringFile: ./keys.json }, made by tributary keys create, and grants',
  '1:1: sources: is missing; expected a list',
];

test.each(['', '\n\n', '# only a comment\n', '---\n', '~'])(
  'in a file without keys, the required keys are reported as missing: %j',
  (text) => {
    expect(problemsOf(text)).toEqual(missing);
  },
);

test.each([
  ['- a\n', '1:1: expected keys and their values'],
  ['text', '1:1: expected keys and their values'],
  ['a: 1\n---\nb: 1', '2:1: expected one document; a line --- begins another'],
  ['auth: {\n', '2:1: expected other indentation, or the bracket that closes what was opened before'],
  ['auth:\n\tmode: none', '2:1: expected spaces for indentation, not tabs'],
  [
    'auth: "none',
    '1:12: expected a character that is missing here: a closing quote or bracket, a comma, a colon, or a space after a colon',
  ],
  ['auth: \u{fffd}', '1:7: expected UTF-8 text without control characters'],
  ['\na\0u', '2:2: expected UTF-8 text without control characters'],
])('a text that is not a configuration is refused with the position of the mistake: %j', (text, problem) => {
  expect(problemsOf(text)).toContain(problem);
});

test('a text of more than 256 KiB is refused, and of many problems the first hundred are reported', () => {
  expect(problemsOf('#'.repeat(256 * 1024 + 1))).toEqual(['1:1: expected at most 256 KiB of text']);
  const wrong = Array.from({ length: 150 }, (_, index) => `  - { name: "Not ${index}" }\n`).join('');
  const problems = problemsOf(`auth: { mode: none }\nsources:\n${wrong}`);
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toMatch(/: and \d+ more, from here on$/);
});

test('of 20,000 unknown keys the first twenty are named, and the others counted', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('');
  const problems = problemsOf(many + smallest);
  expect(problems).toHaveLength(21);
  expect(problems.slice(-2)).toEqual(['20:1: k19: unknown key', '21:1: and 19980 more unknown keys']);
});

test('a key that a map has twice is refused where it stands the second time, at any depth', () => {
  expect(problemsOf(`server: { port: 1, port: 2 }\nserver: {}\n${smallest}`)).toEqual([
    '1:20: expected this key only once',
    '2:1: expected this key only once',
  ]);
});

test('a byte order mark is ignored', () => {
  expect(load(`\u{feff}${smallest}`)).toEqual(load(smallest));
  expect(problemsOf(`\u{feff}sever: 1\n${smallest}`)).toEqual(['1:1: sever: unknown key; did you mean server?']);
});

test('lines may end with CRLF', () => {
  expect(load(smallest.replaceAll('\n', '\r\n'))).toEqual(load(smallest));
  expect(problemsOf(`server: {}\r\nsever: 1\r\n${smallest}`)).toEqual(['2:1: sever: unknown key; did you mean server?']);
});

test.each(['[', '{a: ', '- ', '? ', '[[]'])('deep nesting is refused before it can exhaust the stack: %j', (step) => {
  expect(problemsOf(step.repeat(20_000)).join()).toMatch(/expected/);
});

test('an alias has the value of its anchor', () => {
  const text = smallest.replace('{ username: svc, password: pw }', '&login { username: svc, passwordFile: beside }');
  const again = '  - { name: lax, kind: vcf, url: "https://lax.example", credentials: *login }\n';
  const { sources } = load(text + again);
  expect(sources[1]?.settings).toEqual(sources[0]?.settings);
});

test.each([
  [
    'server: *nowhere',
    '1:9: server: expected an alias (*name) of an anchor (&name) further up; other text that begins with * needs quotes',
  ],
  ['server: &a { host: *a }', '1:20: server.host.host: expected an alias of something else than what it is part of'],
  [`server: &a {}\nx: [${'*a, '.repeat(101)}]`, '2:405: x[100]: expected at most 100 aliases'],
])('an alias that cannot be resolved is refused: %s', (line, problem) => {
  expect(problemsOf(`${line}\n${smallest}`)).toContain(problem);
});

test('aliases of aliases are limited before they exhaust the memory (billion laughs)', () => {
  const layers = Array.from({ length: 9 }, (_, index) => `x${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`);
  expect(problemsOf(`x0: &a0 [1]\n${layers.join('\n')}\n${smallest}`).join('\n')).toMatch(
    /expected (fewer values; aliases repeat their values|at most 100 aliases)/,
  );
});

test('tags and directives for older versions of YAML have no effect', () => {
  expect(problemsOf(`%YAML 1.1\n---\ngraphql: { explorer: yes }\n${smallest}`)).toEqual(['3:22: graphql.explorer: expected true or false']);
  expect(problemsOf(`server: !!set { host }\n${smallest}`)).toContain('1:9: expected no tag; text that begins with ! needs quotes');
});

test('whatever the text is, a ConfigurationError is thrown and nothing else', () => {
  const token = fc.constantFrom(
    'auth',
    'mode',
    'none',
    'sources',
    'kind',
    'vcf',
    'url',
    '__proto__',
    ': ',
    '- ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '&a ',
    '*a',
    '"',
    "'",
    '|',
    '>',
    '!',
    '%',
    '#',
    '${A}',
    '?',
    '~',
    '1e999',
    '.nan',
    '\t',
    '---\n',
    '<<',
  );
  const broken = fc
    .tuple(fc.nat(smallest.length), fc.nat(20), fc.string({ maxLength: 5 }))
    .map(([from, length, insert]) => smallest.slice(0, from) + insert + smallest.slice(from + length));
  const text = fc.oneof(
    unicode({ maxLength: 60 }),
    fc.array(token, { maxLength: 40 }).map((parts) => parts.join('')),
    broken,
  );
  // problemsOf throws on everything but a ConfigurationError.
  fc.assert(
    fc.property(text, (any) => problemsOf(any).every((line) => /^\d+:\d+: /.test(line) || line.includes('expected'))),
    { numRuns: 400 },
  );
});
