import { spawnSync } from 'node:child_process';

/** Runs git in a folder: its output, or null when it fails or is not installed. */
export function git(folder: string, ...args: readonly string[]): string | null {
  // A Git hook sets variables that would redirect every other call of git to its own repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const { status, stdout } = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
