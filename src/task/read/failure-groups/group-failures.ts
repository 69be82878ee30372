import type { Task } from '../../model/task.js';
import type { TaskSourceKind } from '../../source/kind.js';
import { failureCodeOf, failureKeyOf } from './failure-key.js';
import type { TaskFailureGroup } from './failure-group.js';
import { ellipsis } from './message-pattern.js';
import { compareTasks } from '../order/order-tasks.js';
import type { TaskOrder } from '../order/order.js';
import { compareBy, type Ordering } from '../order/ordering.js';
import { sharedMessage } from './shared-message.js';

/** A failure group and the tasks in it, sorted by `memberOrder`. */
export interface FailureGroup extends Readonly<TaskFailureGroup> {
  readonly members: readonly Task[];
}

/** The order of the tasks of a group: newest first, by when they finished. */
export const memberOrder: Readonly<TaskOrder> = { field: 'FINISHED_AT', direction: 'DESC' };

/** The order of groups: most frequent first, ties by key. */
export const failureGroupOrdering: Ordering<TaskFailureGroup> = {
  field: 'COUNT',
  direction: 'DESC',
  keyOf: (group) => group.count,
  idOf: (group) => group.key,
};

/**
 * Groups tasks that failed or timed out by their cause; others are left out.
 *
 * @param kinds by source name; tasks of other sources are left out.
 * @returns the groups, sorted by `failureGroupOrdering`.
 */
export function groupFailures(tasks: Iterable<Task>, kinds: ReadonlyMap<string, TaskSourceKind>): readonly FailureGroup[] {
  const groups = new Map<string, { readonly kind: TaskSourceKind; readonly members: Task[] }>();
  for (const task of tasks) {
    const kind = kinds.get(task.sourceName);
    const key = kind === undefined ? null : failureKeyOf(task, kind);
    if (kind === undefined || key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kind, members: [task] });
    else group.members.push(task);
  }
  return [...groups].map(([key, { kind, members }]) => describe(key, kind, members)).sort(compareBy(failureGroupOrdering));
}

function describe(key: string, kind: TaskSourceKind, unsorted: readonly Task[]): FailureGroup {
  const members = unsorted.toSorted(compareTasks(memberOrder));
  const finished = members.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [finishedAt]));
  return {
    key,
    kind,
    code: members[0] === undefined ? null : failureCodeOf(members[0]),
    message: messageOf(members.flatMap(({ rootCause }) => rootCause?.message ?? [])),
    remediation: agreedOn(members.flatMap(({ rootCause }) => rootCause?.remediation ?? [])),
    count: members.length,
    firstSeenAt: finished.at(-1) ?? null,
    lastSeenAt: finished[0] ?? null,
    members,
  };
}

/** The words that all share; those of the newest where they share none. */
function messageOf(messages: readonly string[]): string {
  const shared = sharedMessage(messages);
  return (shared === ellipsis ? messages[0] : shared) || 'The plane gave no reason.';
}

/** What all say, or null where they do not agree. */
function agreedOn(texts: readonly string[]): string | null {
  const [text = null, ...others] = new Set(texts.filter((one) => one !== ''));
  return others.length === 0 ? text : null;
}
