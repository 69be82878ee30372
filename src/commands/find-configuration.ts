import type { Io } from './io.js';

/** `--config`, else `$TRIBUTARY_CONFIG`, else `./tributary.yaml`; null when there is none of them. An empty variable is none. */
export function findConfiguration(option: string | undefined, { environment, exists }: Io): string | null {
  const named = option ?? environment['TRIBUTARY_CONFIG'];
  if (named !== undefined && named !== '') return named;
  return exists('tributary.yaml') ? 'tributary.yaml' : null;
}
