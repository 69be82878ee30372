import { anonymous, type Caller } from '../../task/caller.js';

/** Whose limits a request counts against: those of the caller, or of the address where nobody is asked who they are. */
export function callerKey(caller: Caller, address: string | undefined): string {
  return caller === anonymous ? `address:${address ?? ''}` : `caller:${caller.id}`;
}
