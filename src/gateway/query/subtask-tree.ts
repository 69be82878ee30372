import type { TaskLifecycle } from '../../model/task-lifecycle.js';
import type { Ordering } from '../../model/task-order.js';
import type { Task } from '../../model/task.js';
import { maxTreeNodes, type TaskSubtaskTreeNode } from './connection-types.js';

/** All parts of a task, each followed by its own parts. */
export interface SubtaskTree {
  readonly nodes: readonly TaskSubtaskTreeNode[];
  /** False: there are more parts than the tree has. */
  readonly isComplete: boolean;
}

/** The order of a tree: each node has its index as its position. */
export const treeOrdering: Ordering<TaskSubtaskTreeNode> = {
  field: 'TREE_INDEX',
  direction: 'ASC',
  getKey: ({ index }) => index,
  getId: () => '',
};

/** The direct parts of tasks, in the order of their plane. */
type TaskParts = ReadonlyMap<TaskLifecycle, readonly TaskLifecycle[]>;

/**
 * Builds the tree of a task. Subtasks that are tasks are read level by level, so that each level is one read of the plane
 * at most. A task that is a part of itself, as a faulty plane may say, is in the tree once.
 *
 * @param readSubtasks the direct parts of a task, in the order of its plane.
 */
export async function buildSubtaskTree(task: Task, readSubtasks: (task: Task) => Promise<readonly TaskLifecycle[]>): Promise<SubtaskTree> {
  const partsOfTasks = new Map<TaskLifecycle, readonly TaskLifecycle[]>();
  const seen = new Set<string | undefined>([task.id]);
  let level: readonly Task[] = [task];
  let count = 0;
  while (level.length > 0 && count <= maxTreeNodes) {
    const found = await Promise.all(level.map(readSubtasks));
    const next: Task[] = [];
    for (const [index, parent] of level.entries()) {
      const parts = (found[index] ?? []).filter((part) => !isTask(part) || !seen.has(part.id));
      for (const part of parts.filter(isTask)) {
        seen.add(part.id);
        next.push(part);
      }
      partsOfTasks.set(parent, parts);
      count += parts.length;
    }
    level = next;
  }
  return flattenTree(task, partsOfTasks);
}

/** A part that is to be added to the tree, and the node that it is below. */
interface PendingPart {
  readonly part: TaskLifecycle;
  readonly parent: TaskSubtaskTreeNode | null;
}

function flattenTree(task: Task, partsOfTasks: TaskParts): SubtaskTree {
  const nodes: TaskSubtaskTreeNode[] = [];
  const pending: PendingPart[] = [];
  // The next part is the last of the pending ones.
  const add = (parts: readonly TaskLifecycle[], parent: TaskSubtaskTreeNode | null): void => {
    for (const part of parts.toReversed()) pending.push({ part, parent });
  };
  add(partsOfTasks.get(task) ?? [], null);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const index = nodes.length;
    if (index === maxTreeNodes) return { nodes, isComplete: false };
    const { part, parent } = next;
    const parts = partsOfTasks.get(part) ?? [...(part.stages ?? []), ...(part.children ?? [])];
    const node: TaskSubtaskTreeNode = {
      id: part.id ?? `${task.id}#${index}`,
      depth: parent === null ? 0 : parent.depth + 1,
      index,
      parentIndex: parent?.index ?? null,
      parentId: parent?.id ?? null,
      childCount: parts.length,
      node: part,
    };
    nodes.push(node);
    add(parts, node);
  }
  return { nodes, isComplete: true };
}

/** Whether a part is a task of its own, whose parts are read like those of any task. */
function isTask(part: TaskLifecycle): part is Task {
  return 'sourceTaskId' in part;
}
