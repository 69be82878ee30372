import type { TaskActionKind } from './action-kind.js';

/** The right that an action takes. */
export const rightToAct = { RETRY: 'retry', CANCEL: 'cancel' } as const satisfies Record<TaskActionKind, string>;
