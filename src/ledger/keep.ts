/** Answers to idempotency keys are kept so long, in milliseconds. */
export const answerLifeMs = 86_400_000;

/** What is too old is thrown away at most so often, in milliseconds. */
export const pruneEveryMs = 3_600_000;
