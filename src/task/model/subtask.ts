import { createUnionType } from 'type-graphql';

import type { TaskLifecycle } from './lifecycle.js';

export const TaskSubtask = createUnionType({
  name: 'TaskSubtask',
  description: 'A part of a task. Every member has the fields of TaskLifecycle.',
  types: () => [] as const,
});
/** Any type that a source adds to the union. */
export type TaskSubtask = TaskLifecycle;
