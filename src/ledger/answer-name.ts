import { createHash } from 'node:crypto';

import type { AnswerKey } from '../task/ledger.js';

/** One short text for an idempotency key and what it belongs to; callers may have written anything into them. */
export function answerName({ caller, mutation, taskId, idempotencyKey, tokenHash }: AnswerKey): string {
  return createHash('sha256')
    .update(JSON.stringify([caller, mutation, taskId, idempotencyKey, ...(tokenHash == null ? [] : [tokenHash])]))
    .digest('base64url');
}
