import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { sourceFiles } from './source-files.js';

/**
 * Words that only this repository used, or for which the field has another term, each with its replacement. They are searched in
 * identifiers (`isVisitor` has the part `visitor`), comments, texts, file names, schema descriptions and documents. To ban another word,
 * add it and correct the places that the test then lists.
 */
const words: Readonly<Record<string, string>> = {
  agenda: 'schedule',
  allowance: 'quota',
  anybody: 'any caller, any client, any subscriber',
  deaf: 'that does not read',
  dear: 'expensive',
  deeds: 'actions',
  entrance: 'authenticator',
  everybody: 'all callers, all clients',
  gauge: 'concurrency limit',
  hasty: 'early',
  heard: 'received',
  hears: 'receives',
  impatient: 'with a short deadline',
  newcomer: 'second, new',
  occupancy: 'connection counter',
  oddities: 'hostile values',
  outflow: 'send queue',
  patience: 'retry while locked',
  polite: 'that waits',
  ration: 'quota',
  roster: 'name the data: unfinished pages, tasks',
  seat: 'lease',
  stranger: 'unauthenticated caller, other host',
  strays: 'unexpected requests',
  tellers: 'writers',
  visitor: 'connection',
  whereabouts: 'location',
  whoever: 'the caller, the client, each subscriber',
  whomever: 'the caller, the client',
};

/** Words that are plain English in a sentence and poor names: they are searched in identifiers only. */
const partsOfIdentifiers: Readonly<Record<string, string>> = {
  asked: 'requested, sent, calls',
  behind: 'after, through',
  calm: 'idle',
  crowd: 'concurrent calls',
  death: 'exit, kill',
  dice: 'random',
  door: 'connection, endpoint',
  ear: 'onActivity',
  fate: 'outcome',
  hear: 'receive',
  house: 'code',
  ill: 'faulty',
  lie: 'forged value',
  mine: 'own',
  mood: 'phase',
  mother: 'parent',
  news: 'events, changes',
  nobody: 'no caller',
  odd: 'hostile, unusual',
  ours: 'local, expected',
  room: 'context, capacity, layer',
  said: 'responses, output',
  sick: 'faulty',
  spoil: 'corrupt',
  theirs: 'remote, source',
  told: 'reported, published, received',
  trouble: 'problem',
  victim: 'faulty',
  viewer: 'subscriber',
  wants: 'expects, requests',
  whom: 'caller',
};

/** Expressions that a native engineer would not write, searched in sentences. A line break counts as a space. */
const phrases: Readonly<Record<string, string>> = {
  'are to be had': 'are available',
  'as it came': 'unchanged',
  'as they came': 'unchanged',
  'comes in vain': 'has no effect',
  'hear out': 'drain the request body',
  'heard out': 'drained',
  'in vain': 'without effect',
  'is to be had': 'is available',
  'let in': 'accepted, authenticated',
  'lets in': 'accepts',
  'no news': 'no change',
  'one too many': 'over the limit',
  'to be had': 'available',
  'what is known': 'the cache, a snapshot',
  'who asks': 'the caller',
  'who calls': 'the caller',
};

/** Names of the API, of libraries and of database columns that contain a forbidden word. */
const exemptNames = /LEDGER_UNAVAILABLE|ASTVisitor|asked_at/g;

interface Text {
  readonly file: string;
  readonly text: string;
  readonly isCode: boolean;
}

function readTexts(folder: string, pattern: RegExp): readonly Text[] {
  return readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' })
    .map((file) => (folder === '.' ? file : join(folder, file)))
    .filter((file) => pattern.test(file) && !/node_modules|words\.test\.ts$|unreadable-descriptions/.test(file))
    .map((file) => ({ file, text: readFileSync(file, 'utf8'), isCode: /\.(ts|tsx|mjs)$/.test(file) }));
}

const texts: readonly Text[] = [
  ...['src', 'test', 'scripts'].flatMap((folder) => readTexts(folder, /\.(ts|tsx|mjs|md)$/)),
  ...readTexts('docs', /\.md$/),
  ...readTexts('schema', /(schema|operations\/.*|fragments\/.*|examples\/(?!supergraph).*)\.(graphql|mjs|md)$/),
  ...readTexts('.', /^(?!CHANGELOG).*\.md$/),
];

/** `readTasks` has the parts `read` and `tasks`; so has `READ_TASKS`. */
function splitIdentifier(identifier: string): readonly string[] {
  return identifier
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
}

function listParts(text: string): ReadonlySet<string> {
  return new Set((text.match(/[A-Za-z]\w*/g) ?? []).flatMap(splitIdentifier));
}

/** The code without comments and texts; code inside template literals is left out, too. */
function stripProse(code: string): string {
  return code
    .replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$|(?<=[;{,)] )\/\/ .*$/gm, ' ')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, ' ');
}

/** The text in lower case and on one line, without the markers of comments. */
function joinLines(text: string): string {
  return text.replaceAll(/\s*\n\s*(?:\*|\/\/|#)?\s*/g, ' ').toLowerCase();
}

/** Each table has singular nouns; plurals are forbidden, too. */
function findInParts(parts: ReadonlySet<string>, table: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(table).flatMap(([word, replacement]) =>
    parts.has(word) || parts.has(`${word}s`) ? [`"${word}": say ${replacement}`] : [],
  );
}

function findForbidden({ file, text: original, isCode }: Text): readonly string[] {
  const text = original.replaceAll(exemptNames, '');
  const prose = joinLines(text);
  const found = [
    ...findInParts(listParts(`${file} ${text}`), words),
    ...(isCode ? findInParts(listParts(`${file} ${stripProse(text)}`), partsOfIdentifiers) : []),
    ...Object.entries(phrases).flatMap(([phrase, replacement]) =>
      new RegExp(`\\b${phrase}\\b`).test(prose) ? [`"${phrase}": say ${replacement}`] : [],
    ),
  ];
  return found.map((problem) => `${file}: ${problem}`);
}

test('code, tests, scripts, schema and documents use the terms of the field', () => {
  expect(texts.length).toBeGreaterThan(500);
  expect(texts.flatMap(findForbidden)).toEqual([]);
});

test.each<readonly [string, Text, readonly string[]]>([
  ['an identifier', { file: 'a.ts', text: 'const isInRoom = 1;', isCode: true }, ['a.ts: "room": say context, capacity, layer']],
  ['a plural', { file: 'a.ts', text: 'const doors = 1;', isCode: true }, ['a.ts: "door": say connection, endpoint']],
  [
    'a file name',
    { file: 'the-roster.ts', text: '', isCode: true },
    ['the-roster.ts: "roster": say name the data: unfinished pages, tasks'],
  ],
  [
    'a comment',
    { file: 'a.ts', text: '/** For\n * whoever reads. */', isCode: true },
    ['a.ts: "whoever": say the caller, the client, each subscriber'],
  ],
  ['a line break in a phrase', { file: 'a.md', text: 'It came in\nvain.', isCode: false }, ['a.md: "in vain": say without effect']],
  ['plain English', { file: 'a.ts', text: '/** There is room for 64 calls behind the proxy. */', isCode: true }, []],
  ['an error code', { file: 'a.ts', text: "'LEDGER_UNAVAILABLE'", isCode: true }, []],
])('the search finds what it should in %s', (_case, text, problems) => {
  expect(findForbidden(text)).toEqual(problems);
});

test('exported functions begin with a verb: none is called …Of or …In', () => {
  const found = sourceFiles.flatMap(({ path, text }) =>
    [...text.matchAll(/^export (?:async )?(?:function\*? |const )(\w+(?:Of|In))\b/gm)].map(([, name]) => `${path}: ${name}`),
  );
  expect(found).toEqual([]);
});

/** Discriminants that GraphQL, the configuration file or the public API prescribe. */
const otherDiscriminants = new Set(['outcome', 'mode', '__typename', 'type']);

test('the discriminant of a union is called kind', () => {
  const found = sourceFiles.flatMap(({ path, text }) =>
    [...text.matchAll(/^\s*\| \{\s*readonly (\w+): (?:'|true|false)/gm)]
      .filter(([, name = '']) => name !== 'kind' && !otherDiscriminants.has(name))
      .map(([, name]) => `${path}: ${name}`),
  );
  expect(found).toEqual([]);
});
