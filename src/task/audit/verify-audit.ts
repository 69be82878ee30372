import { hashOf } from './audit-link.js';
import { type AuditHead, emptyHead } from './audit-head.js';
import type { AuditTrail } from './audit-trail.js';

/** Whether a trail is whole, or its first link that is not as it was written. */
export type AuditVerdict =
  { readonly is: 'whole'; readonly head: AuditHead } | { readonly is: 'broken'; readonly position: number; readonly why: string };

/** Follows the chain from its first link to its last. */
export async function verifyAudit(trail: AuditTrail): Promise<AuditVerdict> {
  // What is added meanwhile is behind it.
  const end = await trail.head();
  let last = emptyHead;
  for (;;) {
    const links = await trail.read(last.position);
    if (links.length === 0) break;
    for (const { position, previous, entry, hash } of links) {
      if (position !== last.position + 1) return broken(last.position + 1, 'it is missing');
      if (previous !== last.hash) return broken(position, 'it does not follow the one before');
      if (hashOf(position, previous, entry) !== hash) return broken(position, 'it was changed');
      last = { position, hash };
      if (position === end.position && hash !== end.hash) return broken(position, 'it is not the one that was written last');
    }
  }
  if (last.position < end.position) return broken(last.position + 1, 'it is missing');
  return { is: 'whole', head: last };
}

function broken(position: number, why: string): AuditVerdict {
  return { is: 'broken', position, why };
}
