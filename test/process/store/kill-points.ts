import type { CrashPoint } from './crashing-gateway.js';

/** A moment at which the process is killed, and what is true afterwards. */
export interface KillPoint extends CrashPoint {
  /** The gateway that starts behind the one that was killed is killed, too. */
  readonly next?: CrashPoint;
  /** How often the plane was asked when the process died, and when the same key has come again. */
  readonly sent: readonly [number, number];
  readonly again: { readonly outcome: string; readonly isRepeat: boolean; readonly errors: readonly { readonly __typename: string }[] };
}

const first = { outcome: 'ACCEPTED', isRepeat: false, errors: [] };
const repeated = { outcome: 'ACCEPTED', isRepeat: true, errors: [] };
const unknown = { outcome: 'UNKNOWN', isRepeat: true, errors: [{ __typename: 'TaskOutcomeUnknownError' }] };

/** Before and after each step of the journal, of finding out, too, what became of an action that was cut off. */
export const killPoints: readonly KillPoint[] = [
  { method: 'claimIdempotencyKey', when: 'before', sent: [0, 1], again: first },
  { method: 'claimIdempotencyKey', when: 'after', sent: [0, 1], again: first },
  { method: 'recordIntent', when: 'after', sent: [0, 0], again: unknown },
  { method: 'lockTask', when: 'after', sent: [0, 0], again: unknown },
  { method: 'recordOutcome', when: 'before', sent: [1, 1], again: unknown },
  { method: 'recordOutcome', when: 'after', sent: [1, 1], again: repeated },
  { method: 'unlockTask', when: 'before', sent: [1, 1], again: repeated },
  { method: 'unlockTask', when: 'after', sent: [1, 1], again: repeated },
  { method: 'saveIdempotencyRecord', when: 'before', sent: [1, 1], again: repeated },
  { method: 'saveIdempotencyRecord', when: 'after', sent: [1, 1], again: repeated },
  { method: 'recordOutcome', when: 'before', next: { method: 'reconcileAction', when: 'before' }, sent: [1, 1], again: repeated },
  { method: 'recordOutcome', when: 'before', next: { method: 'reconcileAction', when: 'after' }, sent: [1, 1], again: repeated },
];

/** Later than any action that was under way can still be. In milliseconds. */
export const longAfter = 3_600_000;
