import type { Session } from '../authentication/session.js';

/** Whose limits a request counts against: those of the caller, or of the address where nobody is asked who they are. */
export function callerKey(session: Session, address: string): string {
  return session.isAnonymous ? `address:${address}` : `caller:${session.id}`;
}
