import type { AuditHead } from './audit-head.js';
import type { AuditLink } from './audit-link.js';

/** The trail of all actions, to be read: links are only ever added, by whoever journals an action, in the same transaction. */
export interface AuditTrail {
  /** Links behind a position, in their order, at most 1,000. */
  read(after: number): Promise<readonly AuditLink[]>;
  head(): Promise<AuditHead>;
}
