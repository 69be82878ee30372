import { idempotencyRetention } from './idempotency-retention.js';
import { longestKey, longestReason } from './unfit-input.js';

const idempotencyKey = `A key of 1 to ${longestKey} characters that the caller chooses. A request that repeats the key for the same mutation, task and input within ${idempotencyRetention} is not sent again and returns the recorded result; with another input it is rejected. With null, every request is sent.`;

/** Schema descriptions that the inputs and payloads of all mutations share. */
export const actionDescriptions = {
  idempotencyKey,
  idempotencyKeyOfEach: `${idempotencyKey} It applies to each task by itself.`,
  reason: `Why the action is requested, in at most ${longestReason} characters. It is kept in the audit log and shown in Task.actions.`,
  clientMutationIdInput: 'Any text that identifies the request for the client; it is returned unchanged, as Relay clients expect it.',
  clientMutationIdPayload:
    'The clientMutationId of the input, unchanged. Null when the input had none, and in the single results of a mutation on several tasks.',
} as const;
