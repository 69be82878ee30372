import { createUnionType } from 'type-graphql';

import { MalformedDataWarning } from './malformed-data-warning.js';
import { StaleDataWarning } from './stale-data-warning.js';
import { UnmappedStatusWarning } from './unmapped-status-warning.js';
import type { TaskWarningFields } from './warning-fields.js';

export const TaskWarning = createUnionType({
  name: 'TaskWarning',
  description: 'Something worth knowing about a task that did not make it fail, reported by its control plane or added by this gateway.',
  types: () => [UnmappedStatusWarning, StaleDataWarning, MalformedDataWarning] as const,
});
/** Any of them, and those that sources add. */
export type TaskWarning = TaskWarningFields;
