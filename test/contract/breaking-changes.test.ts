import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { git } from './git.js';
import { readLastRelease } from './last-release.js';
import { findUnannouncedBreaks } from './unannounced-breaks.js';

test('Every breaking change since the last release is announced by a note in schema/changes.', async () => {
  expect(await findUnannouncedBreaks(readLastRelease('.'), readFileSync('schema/schema.graphql', 'utf8'))).toEqual([]);
});

const sdl = 'type Query { a: Int b(x: Int): Int! } enum Kind { ONE TWO } input In { kind: Kind }';

test.each([
  ['a: Int', '', ['`Query.a`']],
  ['b(x: Int)', 'b', ['`Query.b.x`']],
  ['Int!', 'Int', ['`Query.b`']],
  ['x: Int', 'x: Int!', ['`Query.b.x`']],
  ['ONE TWO', 'ONE', ['`Kind.TWO`']],
  ['kind: Kind', 'kind: Kind more: Int!', ['`In.more`']],
])('The change from %j to %j is reported, and accepted once a note announces it.', async (before, after, coordinates) => {
  const current = sdl.replace(before, after);
  const found = await findUnannouncedBreaks({ sdl, notes: [] }, current);
  expect(found.map((line) => line.slice(0, line.indexOf(':')))).toEqual(coordinates);
  const notes = ['# Title\n', coordinates.map((coordinate) => `- ${coordinate}: use another field.`).join('\n')];
  expect(await findUnannouncedBreaks({ sdl, notes }, current)).toEqual([]);
  expect(
    await findUnannouncedBreaks(
      { sdl, notes: coordinates.map((coordinate) => `- ${coordinate}:\nText about ${coordinate}: none.`) },
      current,
    ),
  ).toEqual(found);
});

test.each([
  ['a: Int', 'a: Int! c: Int'],
  ['x: Int', 'x: Int y: Int'],
  ['ONE TWO', 'ONE TWO THREE'],
  ['kind: Kind', 'kind: Kind more: Int'],
  ['type Query', '"Described." type Query'],
])('The change from %j to %j is accepted.', async (before, after) => {
  expect(await findUnannouncedBreaks({ sdl, notes: [] }, sdl.replace(before, after))).toEqual([]);
});

test('Without a Git repository, the baseline is the last release, and all notes count.', () => {
  const folder = createCheckout();
  expect(readLastRelease(folder)).toEqual({ sdl: 'type Query { baseline: Int }', notes: ['- `Query.old`: removed.'] });
  rmSync(folder, { recursive: true });
});

const gitTool = { isThere: git('.', '--version') !== null, install: 'git, for the tags of releases' };

describeWith(gitTool)('In a repository', () => {
  test('without a tag, the baseline is the last release; with a tag, it is the tagged schema, and only later notes count.', () => {
    const folder = createCheckout();
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    const commit = (message: string): void => {
      for (const step of [
        ['add', '-A'],
        [...identity, 'commit', '-qm', message],
      ])
        expect(git(folder, ...step)).not.toBeNull();
    };
    git(folder, 'init', '-q');
    commit('A release');
    expect(readLastRelease(folder).sdl).toBe('type Query { baseline: Int }');
    git(folder, 'tag', 'v1.0.0');
    writeFileSync(join(folder, 'schema/schema.graphql'), 'type Query { later: Int }');
    writeFileSync(join(folder, 'schema/changes/new.md'), '- `Query.tagged`: use later.');
    commit('After it');
    git(folder, 'tag', 'unrelated');
    expect(readLastRelease(folder)).toEqual({ sdl: 'type Query { tagged: Int }', notes: ['- `Query.tagged`: use later.'] });
    rmSync(folder, { recursive: true });
  });
});

/** Creates a folder with a schema, a baseline, and a note on the difference between them. */
function createCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-changes-'));
  mkdirSync(join(folder, 'schema/changes'), { recursive: true });
  writeFileSync(join(folder, 'schema/schema.graphql'), 'type Query { tagged: Int }');
  writeFileSync(join(folder, 'schema/changes/baseline.graphql'), 'type Query { baseline: Int }');
  writeFileSync(join(folder, 'schema/changes/old.md'), '- `Query.old`: removed.');
  writeFileSync(join(folder, 'schema/changes/README.md'), '- `Query.no`: no note.');
  return folder;
}
