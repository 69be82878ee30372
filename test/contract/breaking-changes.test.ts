import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { git } from './git.js';
import { lastRelease } from './last-release.js';
import { unannouncedBreaks } from './unannounced-breaks.js';

test('Nothing breaks a client of the last release that no note in schema/changes names.', async () => {
  expect(await unannouncedBreaks(lastRelease('.'), readFileSync('schema/schema.graphql', 'utf8'))).toEqual([]);
});

const sdl = 'type Query { a: Int b(x: Int): Int! } enum Kind { ONE TWO } input In { kind: Kind }';

test.each([
  ['a: Int', '', ['`Query.a`']],
  ['b(x: Int)', 'b', ['`Query.b.x`']],
  ['Int!', 'Int', ['`Query.b`']],
  ['x: Int', 'x: Int!', ['`Query.b.x`']],
  ['ONE TWO', 'ONE', ['`Kind.TWO`']],
  ['kind: Kind', 'kind: Kind more: Int!', ['`In.more`']],
])('It finds that %j became %j, and lets it pass once a note names it.', async (before, after, places) => {
  const current = sdl.replace(before, after);
  const found = await unannouncedBreaks({ sdl, notes: [] }, current);
  expect(found.map((line) => line.slice(0, line.indexOf(':')))).toEqual(places);
  const notes = ['# Other words\n', places.map((place) => `- ${place}: ask for something else.`).join('\n')];
  expect(await unannouncedBreaks({ sdl, notes }, current)).toEqual([]);
  expect(await unannouncedBreaks({ sdl, notes: places.map((place) => `- ${place}:\nText about ${place}: none.`) }, current)).toEqual(found);
});

test.each([
  ['a: Int', 'a: Int! c: Int'],
  ['x: Int', 'x: Int y: Int'],
  ['ONE TWO', 'ONE TWO THREE'],
  ['kind: Kind', 'kind: Kind more: Int'],
  ['type Query', '"Described." type Query'],
])('It lets pass that %j became %j.', async (before, after) => {
  expect(await unannouncedBreaks({ sdl, notes: [] }, sdl.replace(before, after))).toEqual([]);
});

test('Without a repository, the baseline is the last release, and every note counts.', () => {
  const folder = checkout();
  expect(lastRelease(folder)).toEqual({ sdl: 'type Query { baseline: Int }', notes: ['- `Query.old`: gone.'] });
  rmSync(folder, { recursive: true });
});

const gitIsThere = { isThere: git('.', '--version') !== null, install: 'git, for the tags of releases' };

describeWith(gitIsThere)('In a repository', () => {
  test('without a tag, the baseline is the last release; with one, its schema is, and only later notes count.', () => {
    const folder = checkout();
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    const commit = (words: string): void => {
      for (const step of [
        ['add', '-A'],
        [...identity, 'commit', '-qm', words],
      ])
        expect(git(folder, ...step)).not.toBeNull();
    };
    git(folder, 'init', '-q');
    commit('A release');
    expect(lastRelease(folder).sdl).toBe('type Query { baseline: Int }');
    git(folder, 'tag', 'v1.0.0');
    writeFileSync(join(folder, 'schema/schema.graphql'), 'type Query { later: Int }');
    writeFileSync(join(folder, 'schema/changes/new.md'), '- `Query.tagged`: ask for later.');
    commit('After it');
    git(folder, 'tag', 'unrelated');
    expect(lastRelease(folder)).toEqual({ sdl: 'type Query { tagged: Int }', notes: ['- `Query.tagged`: ask for later.'] });
    rmSync(folder, { recursive: true });
  });
});

/** A folder with a schema, a baseline, and a note on what came between them. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-changes-'));
  mkdirSync(join(folder, 'schema/changes'), { recursive: true });
  writeFileSync(join(folder, 'schema/schema.graphql'), 'type Query { tagged: Int }');
  writeFileSync(join(folder, 'schema/changes/baseline.graphql'), 'type Query { baseline: Int }');
  writeFileSync(join(folder, 'schema/changes/old.md'), '- `Query.old`: gone.');
  writeFileSync(join(folder, 'schema/changes/README.md'), '- `Query.no`: no note.');
  return folder;
}
