import { createHash } from 'node:crypto';

import type { TaskActionBlockerCode, TaskActionKind, TaskActionOutcome } from '../model/action.js';

/** The audit trail of all actions, for reading. The action journal appends to it, in the transaction of what it records. */
export interface AuditTrail {
  /** Links after a position, in their order, at most `maxAuditLinksPerRead`. */
  read(after: number): Promise<readonly AuditLink[]>;
  head(): Promise<AuditHead>;
}

/** Bounds the memory that one read of the trail takes: a link is at most some kB. */
export const maxAuditLinksPerRead = 1_000;

/** What happened. It holds no secret. */
export type AuditEntry =
  /** An action was asked for: it is about to be sent, or was refused. */
  | {
      readonly kind: 'ASKED';
      /** ISO 8601, of the clock of the process. */
      readonly at: string;
      readonly auditId: string;
      readonly caller: string;
      readonly mutation: string;
      readonly action: AuditedAction;
      /** As it was asked for; one that is too long for a task is cut. */
      readonly taskId: string;
      /** In the caller's words; null also where those could not be kept. */
      readonly reason: string | null;
      /** Why it is not sent; null: it is about to be. */
      readonly refusedFor: readonly AuditReason[] | null;
    }
  /** What became of one. */
  | {
      readonly kind: 'OUTCOME';
      readonly at: string;
      readonly auditId: string;
      readonly outcome: TaskActionOutcome;
      /** Why it was rejected, or is unknown; empty where it is neither, or nobody knows why. Entries of earlier versions have none. */
      readonly because: readonly AuditReason[];
    }
  /** Refusals of one caller that have no entries of their own: they were too many, or the store could not be written to at that moment. */
  | {
      readonly kind: 'COUNTED';
      readonly at: string;
      readonly caller: string;
      /** When the first of them was refused. */
      readonly since: string;
      readonly refused: readonly CountedReason[];
    };

/** What the trail tells of: what a plane is asked for, and which tasks the gateway remembers of planes that cannot list. */
export type AuditedAction = TaskActionKind | 'TRACK' | 'UNTRACK';

/** Why an action was rejected, or what became of it is not known, in one word of a closed list. */
export type AuditReason =
  | TaskActionBlockerCode
  /** There is no such task or source, or the caller may not read it. Entries of earlier versions say TaskNotFoundError. */
  | 'NOT_FOUND'
  /** The task had moved on. */
  | 'CONFLICT'
  /** The plane refused it, or could not be reached. */
  | 'SOURCE_ERROR'
  /** It was sent, and no answer says what became of it. */
  | 'OUTCOME_UNKNOWN'
  /** An idempotency key came with another input than before. */
  | 'KEY_REUSED'
  /** More in a minute than the caller may. */
  | 'RATE_LIMITED'
  /** More in one mutation than the caller may in a minute. */
  | 'LIMIT_EXCEEDED'
  /** A reason, an idempotency key or a list of ids that cannot be one. */
  | 'BAD_USER_INPUT'
  /** The plane lists its tasks. */
  | 'TRACKING_NOT_NEEDED';

/** Refusals of one caller that are told by their number alone. */
export interface CountedRefusals {
  readonly caller: string;
  /** When the first of them was refused, in milliseconds since 1970. */
  readonly since: number;
  readonly refused: readonly CountedReason[];
}

export interface CountedReason {
  readonly mutation: string;
  readonly refusedFor: readonly AuditReason[];
  /** Of tasks: one mutation may have asked for many. */
  readonly count: number;
}

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
export function createAuditLink({ position, hash: previous }: AuditHead, entry: AuditEntry): AuditLink {
  const text = toVisibleJson(entry);
  return { position: position + 1, previous, entry: text, hash: hashAuditLink(position + 1, previous, text) };
}

/** SHA-256 of position, hash of the link before and entry, a line each; 64 lower-case hexadecimal digits. */
export function hashAuditLink(position: number, previous: string, entry: string): string {
  return createHash('sha256').update(`${position}\n${previous}\n${entry}`).digest('hex');
}

/** A link as a line of JSON, its entry inside it. */
export function formatAuditLink({ position, previous, hash, entry }: AuditLink): string {
  return toVisibleJson({ position, previous, hash, entry: JSON.parse(entry) as unknown });
}

/** JSON in one line of visible characters: what could move a cursor, hide text or turn it around is escaped. */
function toVisibleJson(value: unknown): string {
  return JSON.stringify(value).replace(invisibleCharacters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const invisibleCharacters = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Where a chain ends. */
export interface AuditHead {
  /** Of the last link; 0: there is none. */
  readonly position: number;
  /** Of the last link; before the first one, 64 zeros. */
  readonly hash: string;
}

export const emptyHead: AuditHead = { position: 0, hash: '0'.repeat(64) };

/** Whether a trail is whole, or its first link that is not as it was written. */
export type AuditVerification =
  { readonly kind: 'whole'; readonly head: AuditHead } | { readonly kind: 'broken'; readonly position: number; readonly problem: string };

/** Follows the chain from its first link to its last. */
export async function verifyAuditTrail(trail: AuditTrail): Promise<AuditVerification> {
  // What is added meanwhile is behind it.
  const end = await trail.head();
  let last = emptyHead;
  for (;;) {
    const links = await trail.read(last.position);
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
