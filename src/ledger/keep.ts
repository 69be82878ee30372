/** So many actions that were cut off are handed out at a time. */
export const mostCutOffActions = 1_000;

/** Links of the audit trail that are read at once. */
export const mostAuditLinks = 1_000;
