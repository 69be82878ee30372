/** How long an idempotency key and the result recorded for it are kept, in milliseconds. */
export const idempotencyRetentionMs = 86_400_000;

/** The same in words, for messages and descriptions. */
export const idempotencyRetention = `${idempotencyRetentionMs / 3_600_000} hours`;
