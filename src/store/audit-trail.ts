import { createHash } from 'node:crypto';

import type { TaskActionBlockerCode, TaskActionKind, TaskActionOutcome } from '../model/action.js';

/**
 * The audit trail of all actions, for reading. The action journal appends to it, in the transaction of what it records.
 */
export interface AuditTrail {
  /** Links after a position, in their order, at most `maxAuditLinksPerRead`. */
  readLinks(after: number): Promise<readonly AuditLink[]>;
  readHead(): Promise<AuditHead>;
}

/** Bounds the memory that one read of the trail takes: a link is at most some kB. */
export const maxAuditLinksPerRead = 1_000;

/** An entry of the audit trail. It contains no secret. */
export type AuditEntry =
  /** An action was requested: it is about to be sent, or was refused. */
  | {
      readonly kind: 'ASKED';
      /** ISO 8601, by the clock of the process. */
      readonly at: string;
      readonly auditId: string;
      readonly caller: string;
      readonly mutation: string;
      readonly action: AuditedAction;
      /** As in the request; an id that is too long for any task is truncated. */
      readonly taskId: string;
      /** As the caller wrote it; null also when it was not stored, because it was refused as input. */
      readonly reason: string | null;
      /** Why the action is not sent; null when it is about to be sent. */
      readonly refusedFor: readonly AuditReason[] | null;
    }
  /** The outcome of an action. */
  | {
      readonly kind: 'OUTCOME';
      readonly at: string;
      readonly auditId: string;
      readonly outcome: TaskActionOutcome;
      /**
       * Why the outcome is REJECTED or UNKNOWN; empty for ACCEPTED, and when the reason is not known. Earlier versions
       * wrote no reasons.
       */
      readonly because: readonly AuditReason[];
    }
  /**
   * Refusals of one caller without entries of their own: there were too many, or the store was unavailable at the time.
   */
  | {
      readonly kind: 'COUNTED';
      readonly at: string;
      readonly caller: string;
      /** Time of the first of them. */
      readonly since: string;
      readonly refused: readonly CountedReason[];
    };

/** Actions of a plane, and changes of the tracked tasks. */
export type AuditedAction = TaskActionKind | 'TRACK' | 'UNTRACK';

/** Why an action was rejected, or why its outcome is unknown. The list is closed. */
export type AuditReason =
  | TaskActionBlockerCode
  /** The task or source does not exist, or the caller may not read it. Earlier versions wrote TaskNotFoundError. */
  | 'NOT_FOUND'
  /** The task had changed in the meantime. */
  | 'CONFLICT'
  /** The plane refused the action, or could not be reached. */
  | 'SOURCE_ERROR'
  /** The action was sent, and no answer reports its outcome. */
  | 'OUTCOME_UNKNOWN'
  /** The idempotency key was used before with another input. */
  | 'KEY_REUSED'
  /** One mutation asked for more actions than the caller may send in a minute. */
  | 'LIMIT_EXCEEDED'
  /** The reason, the idempotency key or the list of ids is not valid. */
  | 'BAD_USER_INPUT'
  /** The plane lists its tasks by itself. */
  | 'TRACKING_NOT_NEEDED';

/** How many refusals of one caller have no entries of their own. */
export interface CountedRefusals {
  readonly caller: string;
  /** Time of the first of them, in milliseconds since 1970. */
  readonly since: number;
  readonly refused: readonly CountedReason[];
}

export interface CountedReason {
  readonly mutation: string;
  readonly refusedFor: readonly AuditReason[];
  /** Counts tasks: one mutation may name many. */
  readonly count: number;
}

/** One link of the hash chain. */
export interface AuditLink {
  /** From 1, without gaps. */
  readonly position: number;
  /** Hash of the previous link; 64 zeros for the first one. */
  readonly previous: string;
  /** The entry as one line of JSON, as it was hashed. */
  readonly entry: string;
  /** See hashAuditLink. */
  readonly hash: string;
}

/** Creates the link that follows the head of the chain. */
export function createAuditLink({ position, hash: previous }: AuditHead, entry: AuditEntry): AuditLink {
  const text = toVisibleJson(entry);
  return { position: position + 1, previous, entry: text, hash: hashAuditLink(position + 1, previous, text) };
}

/** SHA-256 of position, previous hash and entry, a line each, as 64 lower-case hexadecimal digits. */
export function hashAuditLink(position: number, previous: string, entry: string): string {
  return createHash('sha256').update(`${position}\n${previous}\n${entry}`).digest('hex');
}

/** Formats a link as one line of JSON, with its entry as a member. */
export function formatAuditLink({ position, previous, hash, entry }: AuditLink): string {
  return toVisibleJson({ position, previous, hash, entry: JSON.parse(entry) as unknown });
}

/** Escapes what could move a cursor, hide text or reverse it, so that a terminal shows the trail as it is. */
function toVisibleJson(value: unknown): string {
  return JSON.stringify(value).replace(invisibleCharacters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const invisibleCharacters = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** The end of a chain. */
export interface AuditHead {
  /** Position of the last link; 0 for an empty chain. */
  readonly position: number;
  /** Hash of the last link; 64 zeros for an empty chain. */
  readonly hash: string;
}

export const emptyHead: AuditHead = { position: 0, hash: '0'.repeat(64) };

/** The result of verifying a trail: it is whole, or this is the first link that is not as it was written. */
type AuditVerification =
  { readonly kind: 'whole'; readonly head: AuditHead } | { readonly kind: 'broken'; readonly position: number; readonly problem: string };

/** Verifies the chain from its first link to its last. */
export async function verifyAuditTrail(trail: AuditTrail): Promise<AuditVerification> {
  // Links that are appended meanwhile come after this head.
  const end = await trail.readHead();
  let last = emptyHead;
  for (;;) {
    const links = await trail.readLinks(last.position);
    if (links.length === 0) break;
    for (const { position, previous, entry, hash } of links) {
      if (position !== last.position + 1) return broken(last.position + 1, 'it is missing');
      if (previous !== last.hash) return broken(position, 'it does not follow the one before');
      if (hashAuditLink(position, previous, entry) !== hash) return broken(position, 'it was changed');
      last = { position, hash };
      if (position === end.position && hash !== end.hash) return broken(position, 'it is not the one that was written last');
    }
  }
  if (last.position < end.position) return broken(last.position + 1, 'it is missing');
  return { kind: 'whole', head: last };
}

function broken(position: number, why: string): AuditVerification {
  return { kind: 'broken', position, problem: why };
}
