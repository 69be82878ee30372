import type { PlaneName } from '../../support/world.js';
import { type AccessWorld, localIdOf } from './access-world.js';

/** A query that leads to the task of a source, or to other data of it. */
export interface ReadingPath {
  readonly name: string;
  readonly query: string;
  /** Null when the source has no data for this query. */
  readonly variables: (source: PlaneName, world: AccessWorld) => Readonly<Record<string, unknown>> | null;
}

const byId: ReadingPath['variables'] = (source, { taskIds }) => ({ id: taskIds[source] });
const bySource: ReadingPath['variables'] = (source) => ({ source });
const nothing: ReadingPath['variables'] = () => ({});
const byResource: ReadingPath['variables'] = (source, { resourceIds }) =>
  resourceIds[source] === undefined ? null : { id: resourceIds[source] };
const ofAstra: ReadingPath['variables'] = (source, { taskIds }) => (source === 'astra-demo' ? { id: taskIds[source] } : null);

export const readingPaths: readonly ReadingPath[] = [
  { name: 'task', query: 'query ($id: ID!) { task(id: $id) { name } }', variables: byId },
  { name: 'task, asked for anew', query: 'query ($id: ID!) { task(id: $id, maxAgeMs: 0) { name } }', variables: byId },
  { name: 'node', query: 'query ($id: ID!) { node(id: $id) { ... on Task { name } } }', variables: byId },
  { name: 'nodes', query: 'query ($id: ID!) { nodes(ids: [$id, $id]) { ... on Task { name } } }', variables: byId },
  { name: 'an alias', query: 'query ($id: ID!) { tasks: task(id: $id) { id: name } }', variables: byId },
  {
    name: 'a fragment on the concrete type',
    query: 'query ($id: ID!) { node(id: $id) { ... on VcfTask { name } ... on AstraTask { name } ... on CatalogTask { name } } }',
    variables: byId,
  },
  {
    name: 'a fragment on another interface',
    query: 'query ($id: ID!) { node(id: $id) { ...Life } } fragment Life on TaskLifecycle { name }',
    variables: byId,
  },
  {
    name: 'raw',
    query: 'query ($id: ID!) { node(id: $id) { ... on VcfTask { raw } ... on AstraTask { raw } ... on CatalogTask { raw } } }',
    variables: byId,
  },
  {
    name: 'the id of the plane',
    query: 'query ($source: String!, $id: String!) { taskBySourceTaskId(sourceName: $source, sourceTaskId: $id) { name } }',
    variables: (source, { taskIds }) => ({ source, id: localIdOf(taskIds[source]) }),
  },
  {
    name: 'an entity of a supergraph',
    query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Task { name } } }',
    variables: (source, { taskIds }) => ({ of: [{ __typename: 'Task', id: taskIds[source] }] }),
  },
  { name: 'the list of all', query: '{ tasks(first: 200) { nodes { name } edges { node { name } } } }', variables: nothing },
  { name: 'the list by ids', query: 'query ($id: ID!) { tasks(filter: { ids: [$id] }) { nodes { name } } }', variables: byId },
  {
    name: 'the list by source',
    query: 'query ($source: String!) { tasks(filter: { sourceNames: [$source] }, first: 200) { nodes { name } } }',
    variables: bySource,
  },
  {
    name: 'the list of what is not of another source',
    query: '{ tasks(filter: { not: { sourceNames: ["none"] } }, first: 200) { nodes { name } } }',
    variables: nothing,
  },
  { name: 'the sources of a list', query: '{ tasks(first: 0) { sources { source { displayName } } } }', variables: nothing },
  {
    name: 'failure groups',
    query: '{ taskFailureGroups(first: 200) { nodes { message tasks(first: 200) { nodes { name } } } } }',
    variables: (source) => (source.startsWith('vcf') ? {} : null),
  },
  {
    name: 'the sources of failure groups',
    query: '{ taskFailureGroups(first: 0) { sources { source { displayName } } } }',
    variables: nothing,
  },
  {
    name: 'a resource',
    query: 'query ($id: ID!) { node(id: $id) { ... on TaskResource { name source { displayName } tasks { nodes { name } } } } }',
    variables: byResource,
  },
  {
    name: 'an entity of a supergraph that is a resource',
    query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on TaskResource { name } } }',
    variables: (source, { resourceIds }) =>
      resourceIds[source] === undefined ? null : { of: [{ __typename: 'TaskResource', id: resourceIds[source] }] },
  },
  {
    name: 'subtasks',
    query: 'query ($id: ID!) { node(id: $id) { ... on Task { subtasks { nodes { ... on TaskLifecycle { name } } } name } } }',
    variables: ofAstra,
  },
  {
    name: 'a source',
    query: 'query ($source: String!) { taskSource(name: $source) { displayName health { status } } }',
    variables: bySource,
  },
  {
    name: 'a source by its id',
    query: 'query ($id: ID!) { node(id: $id) { ... on TaskSource { displayName } } }',
    variables: (source) => ({ id: `source:${source}` }),
  },
  { name: 'all sources', query: '{ taskSources { displayName } }', variables: nothing },
  {
    name: 'the answer to an action',
    query: 'mutation ($id: ID!) { cancelTask(input: { id: $id, reason: "a test" }) { task { name } } }',
    // A failed task, which may be read and not cancelled.
    variables: byId,
  },
];
