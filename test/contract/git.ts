import { spawnSync } from 'node:child_process';

/** What git prints in a folder; null where it fails or is not there. */
export function git(folder: string, ...words: readonly string[]): string | null {
  // A hook of git sets variables that would lead every other git to its own repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const { status, stdout } = spawnSync('git', words, { cwd: folder, env, encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
