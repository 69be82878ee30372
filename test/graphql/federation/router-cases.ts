/** An operation with the same response directly and through a router. */
export interface RouterCase {
  readonly what: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Operations of every shape that routers plan differently. */
export const routerCases: readonly RouterCase[] = [
  {
    what: 'fragments on concrete types, on interfaces and on the interface of interfaces',
    query: `{ tasks(first: 60) { nodes { __typename ...Life ... on Node { nodeId: id } ... on CatalogTask { packageSlug } ... on AstraTask { service stateTransitions { from to } }
      ... on VcfTask { resolutionStatus credentials { operationType } } ... on Task { source { id name } resources { id type } } } } }
      fragment Life on TaskLifecycle { name status startedAt progress { percent basis } failures { code message subtaskPath } }`,
  },
  {
    what: 'both unions, with fragments on members and on the interface that members share',
    query: `{ tasks(first: 60) { nodes { id warnings { __typename ... on TaskWarningFields { code message } ... on VcfWarning { remediation } ... on AstraWarning { title } }
      subtasks(first: 3) { totalCount nodes { __typename ... on TaskLifecycle { name status } ... on AstraTask { id parent { id name } } ... on VcfSubtask { stages { name status } children { name } }
      ... on VcfCredentialsSubtask { entityType } } } } } }`,
  },
  {
    what: 'node and nodes',
    query: `{ node(id: "source:vcf-sfo") { __typename id ... on TaskSource { displayName } } nodes(ids: ["source:astra-demo", "nowhere:x", "", "source:vcf-lax"]) { __typename id ... on TaskSource { name } } }`,
  },
  {
    what: 'aliases, of root fields and below',
    query: `{ some: tasks(first: 1) { all: totalCount first: nodes { key: id label: name } } more: tasks(last: 2) { nodes { id } pageInfo { hasPreviousPage startCursor } } one: taskSource(name: "vcf-sfo") { label: displayName } }`,
  },
  {
    what: '@include and @skip, with variables',
    query: `query ($yes: Boolean!, $no: Boolean!) { tasks(first: 5) { nodes { id name @include(if: $yes) status @skip(if: $yes) ... @include(if: $no) { createdAt } ...F @skip(if: $no) } totalCount @include(if: $no) } taskSources @skip(if: $yes) { id } }
      fragment F on Task { sourceTaskId }`,
    variables: { yes: true, no: false },
  },
  {
    what: 'filters, orders and cursors in variables',
    query:
      'query ($f: TaskFilter, $o: TaskOrder) { tasks(filter: $f, orderBy: $o, first: 7) { totalCount countsByStatus { status count } edges { cursor node { id } } unknownSources sources { __typename taskCount } } }',
    variables: { f: { not: { statuses: ['SUCCEEDED'] }, sourceNames: ['vcf-sfo', 'none'] }, o: { field: 'NAME', direction: 'ASC' } },
  },
  {
    what: 'null values: a root field, a task, a parent',
    query:
      '{ none: task(id: "vcf-sfo:00000000-0000-4000-8000-00000000dead") { id } taskSource(name: "none") { id } tasks(first: 3) { nodes { parent { id } description updatedAt } } }',
  },
  {
    what: 'an invalid argument next to valid ones',
    query: '{ wrong: tasks(first: 1000) { totalCount } worse: tasks(after: "?") { totalCount } right: tasks(first: 1) { nodes { id } } }',
  },
  {
    what: 'a rejected mutation, with its errors as data',
    query: `mutation { retryTask(input: { id: "vcf-sfo:00000000-0000-4000-8000-00000000dead", clientMutationId: "7" }) { outcome clientMutationId task { id } errors { __typename ... on TaskActionErrorFields { message } ... on TaskNotFoundError { taskId } } } }`,
  },
];
