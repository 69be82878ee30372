import { createComparator, type Ordering } from '../../model/task-order.js';
import { countByStatus, sumStatusCounts } from '../../model/task-status.js';
import type { Task, TaskSubtask } from '../../model/task.js';
import type { SubtaskListArguments } from './arguments.js';
import type { TaskSubtaskConnection } from './connection-types.js';
import { slicePage } from './pagination.js';

/** A subtask, and its position among its siblings. */
interface PositionedSubtask {
  readonly subtask: TaskSubtask;
  /** Empty for a part that has none of its own. */
  readonly id: string;
  /** Null comes last. */
  readonly position: number | null;
}

/** The plane's order; ties are broken by id. */
export const siblingOrdering: Ordering<PositionedSubtask> = {
  field: 'POSITION',
  direction: 'ASC',
  getKey: ({ position }) => position,
  getId: ({ id }) => id,
};

/** What was computed from the subtasks of a task. */
interface KeptSubtasks {
  /** The tasks that name it as their parent. Where these are another array, nothing of this is right any more. */
  readonly children: readonly Task[];
  readonly sorted: readonly PositionedSubtask[];
  /** By their arguments. */
  readonly pages: Map<string, TaskSubtaskConnection>;
}

/** A task never changes, and neither does the array of its children, so that pages of them are computed once. */
const kept = new WeakMap<Task, KeptSubtasks>();

/** Pages of one task that are kept: a client asks for one or two of them again and again. */
const maxKeptPages = 2;

/** Longer pages are rare, and their cursors would take more memory than the task. */
const maxKeptNodes = 50;

/**
 * A page of the subtasks that are inside a task and of the tasks that name it as their parent: the same object for the same task,
 * children and arguments, so long as no cursor is given and the page is not long.
 */
export function pageSubtasks(task: Task, children: readonly Task[], args: SubtaskListArguments): TaskSubtaskConnection {
  const { sorted, pages } = findSubtasks(task, children);
  if (args.after != null || args.before != null) return buildPage(sorted, args);
  const key = findKey(args);
  const known = pages.get(key);
  if (known !== undefined) return known;
  const page = buildPage(sorted, args);
  if (pages.size < maxKeptPages && page.nodes.length <= maxKeptNodes) pages.set(key, page);
  return page;
}

/** By arguments, which are one object for all tasks of a compiled operation. */
const keys = new WeakMap<SubtaskListArguments, string>();

/** Equal for equal arguments, apart from cursors. */
function findKey(args: SubtaskListArguments): string {
  const key = keys.get(args) ?? JSON.stringify([args.first ?? null, args.last ?? null, args.statuses ?? null]);
  keys.set(args, key);
  return key;
}

/** The subtasks that are inside a task and the tasks that name it as their parent, in the order of its plane. */
export function listSubtasks(task: Task, children: readonly Task[]): readonly TaskSubtask[] {
  return findSubtasks(task, children).sorted.map(({ subtask }) => subtask);
}

function findSubtasks(task: Task, children: readonly Task[]): KeptSubtasks {
  const known = kept.get(task);
  if (known?.children === children) return known;
  const positioned: readonly PositionedSubtask[] = [
    ...task.parts.map((subtask, position) => ({ subtask, id: '', position })),
    ...children.map((subtask) => ({ subtask, id: subtask.id, position: subtask.position })),
  ];
  const found = {
    children,
    sorted: positioned.toSorted(createComparator(siblingOrdering)),
    pages: new Map<string, TaskSubtaskConnection>(),
  };
  kept.set(task, found);
  return found;
}

function buildPage(all: readonly PositionedSubtask[], args: SubtaskListArguments): TaskSubtaskConnection {
  const statuses = args.statuses == null ? null : new Set(args.statuses);
  const matching = statuses === null ? all : all.filter(({ subtask }) => statuses.has(subtask.status));
  const { edges, nodes, pageInfo } = slicePage(matching, args, siblingOrdering);
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: node.subtask })),
    nodes: nodes.map((node) => node.subtask),
    pageInfo,
    totalCount: matching.length,
    countsByStatus: sumStatusCounts([countByStatus(all.map(({ subtask }) => subtask))]),
  };
}
