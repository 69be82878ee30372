import { readFileSync } from 'node:fs';

import { createClient } from 'tributary-gateway/client';

import type { FailingQuery, FailingQueryVariables, TaskTreeQuery } from './operation-types.js';
import type { TaskStatus } from './schema-types.js';

const client = createClient({ url: process.argv[2] ?? '' });
const text = readFileSync('failing.graphql', 'utf8');
const { data } = await client.query<FailingQuery, FailingQueryVariables>(text, { first: 200 });

for (const task of data?.tasks?.nodes ?? []) {
  // What is a union in the schema is one in the types.
  const resolution: 'RESOLVED' | 'UNKNOWN' | 'UNRESOLVED' | null = task.__typename === 'VcfTask' ? (task.resolutionStatus ?? null) : null;
  console.log(JSON.stringify({ type: task.__typename, name: task.name, resolution }));
}

/** The words of the schema, for code of one's own. */
export const bad: readonly TaskStatus[] = ['FAILED', 'TIMED_OUT'];

/** The types of the example operations are there too. */
export function stagesOf(tree: TaskTreeQuery): readonly string[] {
  return (tree.task?.subtaskTree?.nodes ?? []).flatMap(({ node }) => (node.__typename === 'VcfStage' ? [node.name] : []));
}
