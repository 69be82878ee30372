import { CommandError, exitCode } from './exit-code.js';
import type { Io } from './io.js';

/** Refuses a process that Node is told to check no certificates in: to the planes they are checked all the same, but to nothing else. */
export function refuseUncheckedTls({ environment }: Pick<Io, 'environment'>): void {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new CommandError(
    exitCode.usage,
    'NODE_TLS_REJECT_UNAUTHORIZED=0 would accept every certificate: take it out of the environment, and name your authority in tls.caFile.',
  );
}
