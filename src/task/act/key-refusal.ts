import { blocker } from './blockers-of.js';
import type { TaskActionError } from './error.js';
import { idempotencyRetention } from './idempotency-retention.js';
import type { ToldRefusal } from './record-refusal.js';

/** Why an action was refused for its idempotency key. */
export function keyRefusal(why: 'reused' | 'unavailable' | 'tooMany', path: readonly string[]): Omit<ToldRefusal, 'isOfTask'> {
  return refusals[why](path);
}

const refusals = {
  reused: () => {
    const message = 'This idempotency key was used before with another input; nothing was sent.';
    return { error: { __typename: 'IdempotencyKeyReusedError', message, path: ['input', 'idempotencyKey'] } };
  },
  unavailable: (path) => {
    const message = 'What became of this idempotency key cannot be looked up now, so nothing was sent; try again later.';
    return { error: notAllowed(message, path, 'LEDGER_UNAVAILABLE') };
  },
  tooMany: (path) => {
    const message = `You have used as many idempotency keys in ${idempotencyRetention} as one caller may, so nothing was sent; try again later.`;
    return { error: notAllowed(message, path, 'OTHER'), refusedFor: ['RATE_LIMITED'] };
  },
} as const satisfies Record<string, (path: readonly string[]) => Omit<ToldRefusal, 'isOfTask'>>;

function notAllowed(message: string, path: readonly string[], code: 'LEDGER_UNAVAILABLE' | 'OTHER'): TaskActionError {
  return { __typename: 'TaskActionNotAllowedError', message, path, blockers: [blocker(code, message)] };
}
