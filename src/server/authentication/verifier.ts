import type { Identity } from '../../task/access/identity.js';

/** A credential that was good when it was looked at. */
export interface Proof {
  /** Names the caller in the journal; the same for every credential of one caller. */
  readonly callerId: string;
  /** What it proves now; null when it has expired or was revoked since. */
  identity(): Identity | null;
}

/** Looks at credentials of one mode. */
export interface Verifier {
  /** Rejects with an UnauthenticatedError, or with an IssuerUnreachableError when it cannot tell. */
  verify(credential: string): Promise<Proof>;
}
