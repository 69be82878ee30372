import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { git } from './git.js';
import type { Release } from './unannounced-breaks.js';

const schemaFile = 'schema/schema.graphql';
const changes = 'schema/changes';

/** Reads the schema of the newest reachable tag `v*`, or else the committed baseline, and the notes since then. */
export function readLastRelease(folder: string): Release {
  const tag = git(folder, 'describe', '--tags', '--abbrev=0', '--match', 'v*')?.trim() ?? null;
  const sdl = tag === null ? null : git(folder, 'show', `${tag}:${schemaFile}`);
  const notes = existsSync(join(folder, changes)) ? readdirSync(join(folder, changes)).filter(isNote) : [];
  // A checkout without tags, without the history of this folder or without git falls back to the baseline.
  const releasedNotes =
    tag === null || sdl === null ? [] : (git(folder, 'ls-tree', '-r', '--name-only', tag, `${changes}/`) ?? '').split('\n');
  return {
    sdl: sdl ?? readFileSync(join(folder, changes, 'baseline.graphql'), 'utf8'),
    notes: notes
      .filter((file) => !releasedNotes.includes(`${changes}/${file}`))
      .map((file) => readFileSync(join(folder, changes, file), 'utf8')),
  };
}

function isNote(file: string): boolean {
  return file.endsWith('.md') && file !== 'README.md';
}
