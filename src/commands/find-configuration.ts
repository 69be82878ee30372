import { CommandError, exitCode } from './exit-code.js';
import type { Io } from './io.js';

/** `--config`, else `$TRIBUTARY_CONFIG`, else `./tributary.yaml`; null when there is none of them. */
export function findConfiguration(option: string | undefined, io: Io): { readonly file: string; readonly text: string } | null {
  const named = option ?? io.environment['TRIBUTARY_CONFIG'];
  if (named !== undefined && named !== '') return { file: named, text: read(named, io) };
  return io.exists('tributary.yaml') ? { file: 'tributary.yaml', text: read('tributary.yaml', io) } : null;
}

function read(file: string, io: Io): string {
  try {
    return io.readFile(file);
  } catch (error) {
    throw new CommandError(exitCode.usage, `${file}: the configuration cannot be read (${codeOf(error)}).`, error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
