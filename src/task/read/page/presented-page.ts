import type { Task } from '../../model/task.js';
import type { Page } from './page-with.js';

/** The same page, with its tasks as they are to be shown. */
export function presentedPage({ edges, pageInfo }: Page<Task>, present: (task: Task) => Task): Page<Task> {
  const presented = edges.map(({ cursor, node }) => ({ cursor, node: present(node) }));
  return { edges: presented, nodes: presented.map(({ node }) => node), pageInfo };
}
