import type { TaskChangeKind } from './change-kind.js';

/** Rows: what waits. Columns: what happened since. Pairs that cannot follow each other are there so that nothing can go wrong. */
const table: Readonly<Record<TaskChangeKind, Readonly<Record<TaskChangeKind, TaskChangeKind | null>>>> = {
  // The consumer has yet to learn of the task: what it learns first is how the task is now.
  CURRENT: { CURRENT: 'CURRENT', ENTERED: 'CURRENT', UPDATED: 'CURRENT', LEFT: 'LEFT', GONE: 'GONE' },
  // It does not have the task, so it need not hear that the task came and went.
  ENTERED: { CURRENT: 'ENTERED', ENTERED: 'ENTERED', UPDATED: 'ENTERED', LEFT: null, GONE: null },
  UPDATED: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'UPDATED', LEFT: 'LEFT', GONE: 'GONE' },
  // It still has the task.
  LEFT: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'LEFT', LEFT: 'LEFT', GONE: 'GONE' },
  GONE: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'UPDATED', LEFT: 'LEFT', GONE: 'GONE' },
};

/** What a change that waits and a later one of the same task are together; null: nothing, as the consumer sees it. */
export function mergeKinds(pending: TaskChangeKind, next: TaskChangeKind): TaskChangeKind | null {
  return table[pending][next];
}
