/** Answers to idempotency keys are kept so long, in milliseconds. */
export const answerLifeMs = 86_400_000;

/** So many actions of one task are told of. */
export const mostActionsOfTask = 100;

/** So many actions that were cut off are handed out at a time. */
export const mostCutOffActions = 1_000;

/** Links of the audit trail that are read at once. */
export const mostAuditLinks = 1_000;
