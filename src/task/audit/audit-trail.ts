import type { AuditLink } from './audit-link.js';

/** Where a chain ends. */
export interface AuditHead {
  /** Of the last link; 0: there is none. */
  readonly position: number;
  /** Of the last link; before the first one, 64 zeros. */
  readonly hash: string;
}

/** The trail of all actions, to be read: links are only ever added, by whoever journals an action, in the same transaction. */
export interface AuditTrail {
  /** Links behind a position, in their order, at most 1,000. */
  read(after: number): Promise<readonly AuditLink[]>;
  head(): Promise<AuditHead>;
}

export const emptyHead: AuditHead = { position: 0, hash: '0'.repeat(64) };
