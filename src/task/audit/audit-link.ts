import { createHash } from 'node:crypto';

import type { AuditEntry } from './audit-entry.js';
import type { AuditHead } from './audit-head.js';

/** One entry of the trail, tied to the one before. */
export interface AuditLink {
  /** From 1, without a gap. */
  readonly position: number;
  /** The hash of the link before; 64 zeros for the first one. */
  readonly previous: string;
  /** The entry as JSON in one line, as it was hashed. */
  readonly entry: string;
  /** See hashOf. */
  readonly hash: string;
}

/** The link that follows. */
export function linkAfter({ position, hash: previous }: AuditHead, entry: AuditEntry): AuditLink {
  const text = auditText(entry);
  return { position: position + 1, previous, entry: text, hash: hashOf(position + 1, previous, text) };
}

/** SHA-256 of position, hash of the link before and entry, a line each; 64 lower-case hexadecimal digits. */
export function hashOf(position: number, previous: string, entry: string): string {
  return createHash('sha256').update(`${position}\n${previous}\n${entry}`).digest('hex');
}

/** A link as a line of JSON, its entry inside it. */
export function lineOf({ position, previous, hash, entry }: AuditLink): string {
  return auditText({ position, previous, hash, entry: JSON.parse(entry) as unknown });
}

/** JSON in one line of visible characters: what could move a cursor, hide text or turn it around is escaped. */
function auditText(value: unknown): string {
  return JSON.stringify(value).replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const unseen = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
