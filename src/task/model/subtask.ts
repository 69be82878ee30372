import { createUnionType } from 'type-graphql';

import type { TaskLifecycle } from './lifecycle.js';

export const TaskSubtask = createUnionType({
  name: 'TaskSubtask',
  description:
    'A part of a task: either a task with an id of its own, or a part that exists only inside its task. Every member implements TaskLifecycle.',
  types: () => [] as const,
});
/** Any type that a source adds to the union. */
export type TaskSubtask = TaskLifecycle;
