import { initGraphQLTada, type ResultOf } from 'gql.tada';
import { createClient } from 'tributary-gateway/client';
import type { introspection, scalars } from 'tributary-gateway/introspection';

const graphql = initGraphQLTada<{ introspection: introspection; scalars: scalars; disableMasking: true }>();

const line = graphql(`
  fragment Line on Task {
    __typename
    id
    status
    finishedAt
    ... on VcfTask {
      resolutionStatus
    }
  }
`);

const failed = graphql(
  `
    query Failed($filter: TaskFilter!, $first: Int) {
      tasks(filter: $filter, first: $first) {
        totalCount
        nodes {
          ...Line
        }
      }
    }
  `,
  [line],
);

const client = createClient({ url: process.argv[2] ?? '' });
const { data, errors } = await client.query(failed, { filter: { statuses: ['FAILED'] }, first: 3 });
const total: number | undefined = data?.tasks?.totalCount;
console.log(JSON.stringify({ total, errors, lines: data?.tasks?.nodes.map(textOf) }));

const change = graphql('subscription ($id: ID!) { taskChanged(id: $id) { kind task { status } } }');
for await (const event of client.subscribe(change, { id: data?.tasks?.nodes[0]?.id ?? '' })) {
  const kind: 'CURRENT' | 'ENTERED' | 'UPDATED' | 'LEFT' | 'GONE' | undefined = event.data?.taskChanged.kind;
  console.log(JSON.stringify({ kind, status: event.data?.taskChanged.task.status }));
}

function textOf(task: ResultOf<typeof line>): string {
  const finishedAt: string | null = task.finishedAt;
  return `${task.status} ${finishedAt === null ? 'without a time' : 'at a time'} ${task.__typename === 'VcfTask' ? task.resolutionStatus : ''}`;
}

/** What the compiler refuses. */
export async function mistakes(): Promise<void> {
  // @ts-expect-error -- no such status
  await client.query(failed, { filter: { statuses: ['BROKEN'] } });
  // @ts-expect-error -- the filter is missing
  await client.query(failed, {});
  // @ts-expect-error -- no such field
  console.log(data?.tasks?.sum);
}
