import { readFileSync } from 'node:fs';

import { buildSchema, isEnumType } from 'graphql';

/** Whether composers take Tributary together with other subgraphs. */
export interface CompositionCase {
  readonly what: string;
  /** SDL of other subgraphs: whole, or without the `@link` to Federation 2.9, which is then added. */
  readonly others: readonly string[];
  readonly options?: { readonly node?: boolean; readonly scopes?: boolean };
  /** Files of schema/examples beside it. */
  readonly examples?: boolean;
  /** Absent: every composer takes them. */
  readonly refusedBy?: readonly ComposerName[];
}

export type ComposerName = 'Apollo' | 'The Guild' | 'WunderGraph';

const all: readonly ComposerName[] = ['Apollo', 'The Guild', 'WunderGraph'];

/** An enum that is in arguments and in results has the same values in every subgraph that names it. */
const taskStatus = buildSchema(readFileSync('schema/schema.graphql', 'utf8')).getType('TaskStatus');
const statuses = isEnumType(taskStatus) ? taskStatus.getValues().map(({ name }) => name) : [];

const people = `
  type Person @key(fields: "id") { id: ID! name: String! tasks(first: Int): [Task!]! }
  type Task @key(fields: "id") @interfaceObject { id: ID! assignee: Person }
  type Query { people(first: Int): [Person!]! references: [Task] }`;
const inventory = `
  type TaskResource @key(fields: "id") { id: ID! fqdn: String @external asset: Asset @requires(fields: "fqdn") }
  type TaskSource @key(fields: "id") { id: ID! contact: String }
  type VcfTask @key(fields: "id") { id: ID! ticket: String! operation: String @external cost: Int @requires(fields: "operation") }
  type Asset { serial: String! resource: TaskResource source: TaskSource vcfTask: VcfTask }
  union Linked = Asset | TaskResource | VcfTask
  type Query { assets: [Asset!]! linked: [Linked!]! }
  type Mutation { setTicket(taskId: ID!, ticket: String!): VcfTask }`;
const ownNode =
  'interface Node { id: ID! } type Disk implements Node { id: ID! size: Int } type Query { node(id: ID!): Node disks: [Disk!]! }';

function pageInfo(fields: string, directive = '@shareable'): string {
  return `type PageInfo ${directive} { ${fields} } type Disks { pageInfo: PageInfo! } type Query { disks: Disks! }`;
}

/** A subgraph whose own query needs no more than a field. */
function withQuery(sdl: string): string {
  return `${sdl} type Query { other: String }`;
}

function linked(version: string, imports: readonly string[], sdl: string): string {
  return `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: ${JSON.stringify(imports)}) ${sdl}`;
}

/**
 * Ways in which a team may extend Tributary, or have names in common with it. What all composers refuse is against the rules of Federation;
 * what one refuses or takes alone is a limit of that composer. One that changes is a change for teams, whichever direction it has.
 */
export const compositionCases: readonly CompositionCase[] = [
  { what: 'alone', others: [] },
  { what: 'alone, with node', others: [], options: { node: true } },
  { what: 'alone, with scopes', others: [], options: { scopes: true } },
  { what: 'with the examples', others: [], examples: true },
  { what: 'with people and an inventory', others: [people, inventory] },
  { what: 'with the examples, people and an inventory', others: [people, inventory], examples: true },
  {
    what: 'with node of Tributary and node of another subgraph',
    others: [people, inventory, ownNode],
    options: { node: true },
    examples: true,
    refusedBy: all,
  },
  { what: 'all of them, with scopes', others: [people, inventory], options: { scopes: true }, examples: true },
  {
    what: 'own PageInfo without @shareable',
    others: [pageInfo('hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String', '')],
    refusedBy: all,
  },
  {
    what: 'own PageInfo with fewer fields',
    others: [pageInfo('hasNextPage: Boolean! endCursor: String')],
    refusedBy: all,
  },
  {
    what: 'own PageInfo whose endCursor is never null',
    others: [pageInfo('hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String!')],
  },
  {
    what: 'own PageInfo with more fields',
    others: [pageInfo('hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String total: Int')],
    refusedBy: all,
  },
  {
    what: 'own PageInfo whose fields may be null, and whose cursors may not',
    others: [pageInfo('hasNextPage: Boolean hasPreviousPage: Boolean startCursor: String! endCursor: String!')],
  },
  {
    what: 'own Node with more fields',
    others: [withQuery('interface Node { id: ID! createdBy: String } type Disk implements Node { id: ID! createdBy: String }')],
    refusedBy: all,
  },
  {
    what: 'own Node with @key',
    others: [withQuery('interface Node @key(fields: "id") { id: ID! } type Disk implements Node @key(fields: "id") { id: ID! }')],
    refusedBy: ['Apollo'],
  },
  { what: 'own DateTime without @specifiedBy', others: ['scalar DateTime type Query { now: DateTime! }'] },
  {
    what: 'own URL, JSONObject and Secret',
    others: ['scalar URL scalar JSONObject scalar Secret type Query { a: URL b: JSONObject c: Secret }'],
  },
  {
    what: 'own TaskStatus with other values',
    others: ['enum TaskStatus { TODO DONE } type Query { other(status: TaskStatus): TaskStatus }'],
    refusedBy: all,
  },
  {
    what: 'own type Task, of a list of things to do',
    others: ['type Task { title: String! } type Query { todo: [Task!]! }'],
    refusedBy: all,
  },
  {
    what: 'own input TaskFilter',
    others: ['input TaskFilter { title: String! } type Query { todo(filter: TaskFilter): String }'],
    refusedBy: all,
  },
  { what: 'own Query.tasks', others: ['type Todo { title: String! } type Query { tasks: [Todo!]! }'], refusedBy: all },
  {
    what: 'own type AstraTask',
    others: ['input Labels { key: String } type AstraTask { labels(of: Labels): String } type Query { last: AstraTask }'],
    refusedBy: all,
  },
  {
    what: 'two subgraphs with @interfaceObject, one of which requires a field of Task',
    others: [
      people,
      withQuery(
        `type Task @key(fields: "id") @interfaceObject { id: ID! status: TaskStatus! @external isLate: Boolean @requires(fields: "status") } enum TaskStatus { ${statuses.join(' ')} }`,
      ),
    ],
  },
  {
    what: 'a reference to Task by @interfaceObject that is not resolvable',
    others: ['type Task @key(fields: "id", resolvable: false) @interfaceObject { id: ID! } type Query { last: Task }'],
  },
  {
    what: 'a reference to the interface Task with one of its types',
    others: [
      'interface Task { id: ID! } type VcfTask implements Task @key(fields: "id", resolvable: false) { id: ID! } type Query { last: Task }',
    ],
  },
  {
    what: 'a reference to the interface Task with all of its types',
    others: [
      `interface Task @key(fields: "id", resolvable: false) { id: ID! } ${['AstraTask', 'CatalogTask', 'VcfTask'].map((name) => `type ${name} implements Task @key(fields: "id", resolvable: false) { id: ID! }`).join(' ')} type Query { last: Task }`,
    ],
  },
  {
    what: 'the interface Task without its key, with all of its types',
    others: [
      `interface Task { id: ID! } ${['AstraTask', 'CatalogTask', 'VcfTask'].map((name) => `type ${name} implements Task @key(fields: "id", resolvable: false) { id: ID! }`).join(' ')} type Query { last: Task }`,
    ],
  },
  {
    what: 'a type of task',
    others: [
      withQuery(
        'interface Task @key(fields: "id") { id: ID! } type ShellTask implements Task @key(fields: "id") { id: ID! command: String }',
      ),
    ],
    refusedBy: all,
  },
  {
    what: '@interfaceObject on Task, and one of its types, in one subgraph',
    others: [
      withQuery(
        'type Task @key(fields: "id") @interfaceObject { id: ID! notes: String } type VcfTask @key(fields: "id") { id: ID! ticket: String }',
      ),
    ],
    refusedBy: ['Apollo', 'WunderGraph'],
  },
  {
    what: '@override of a field of one type',
    others: [withQuery('type VcfTask @key(fields: "id") { id: ID! description: String @override(from: "tributary") }')],
  },
  {
    what: '@override with a label',
    others: [withQuery('type TaskResource @key(fields: "id") { id: ID! name: String @override(from: "tributary", label: "percent(5)") }')],
    refusedBy: ['WunderGraph'],
  },
  {
    what: '@provides of a field of Tributary',
    others: ['type VcfTask @key(fields: "id") { id: ID! name: String! @external } type Query { last: VcfTask @provides(fields: "name") }'],
    refusedBy: ['Apollo'],
  },
  {
    what: '@requires of a nested field',
    others: [
      withQuery(
        'type VcfTask @key(fields: "id") { id: ID! progress: TaskProgress @external eta: Int @requires(fields: "progress { percent }") } type TaskProgress { percent: Float! @external }',
      ),
    ],
  },
  {
    what: '@requires of a nested field by @interfaceObject',
    others: [
      withQuery(
        'type Task @key(fields: "id") @interfaceObject { id: ID! progress: TaskProgress @external eta: Int @requires(fields: "progress { percent }") } type TaskProgress { percent: Float! @external }',
      ),
    ],
  },
  {
    what: '@context and @fromContext',
    others: [
      linked(
        'v2.9',
        ['@context', '@external', '@fromContext', '@key'],
        withQuery(
          'type TaskResource @key(fields: "id") @context(name: "resource") { id: ID! fqdn: String @external rack: Rack! } type Rack @key(fields: "id") { id: ID! label(fqdn: String @fromContext(field: "$resource { fqdn }")): String! }',
        ),
      ),
    ],
    refusedBy: ['WunderGraph'],
  },
  {
    what: 'a subgraph of Federation 1 that extends TaskResource',
    others: ['# Federation 1\nextend type TaskResource @key(fields: "id") { id: ID! @external rack: String } type Query { other: String }'],
  },
  {
    what: 'a subgraph of Federation 1 that extends VcfTask and has its own PageInfo',
    others: [
      '# Federation 1\nextend type VcfTask @key(fields: "id") { id: ID! @external rack: String } type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String } type Query { page: PageInfo }',
    ],
  },
  {
    what: 'a subgraph of Federation 2.0',
    others: [linked('v2.0', ['@key'], withQuery('type VcfTask @key(fields: "id") { id: ID! ticket: String }'))],
  },
  {
    what: 'a subgraph of Federation 2.12',
    others: [linked('v2.12', ['@key'], withQuery('type VcfTask @key(fields: "id") { id: ID! ticket: String }'))],
    refusedBy: ['The Guild'],
  },
  {
    what: 'own @cost and @listSize',
    others: [
      linked(
        'v2.9',
        ['@cost', '@key', '@listSize'],
        'type VcfTask @key(fields: "id") { id: ID! parts: [String!] @listSize(assumedSize: 5) @cost(weight: 3) } type Query { other: String @cost(weight: 7) }',
      ),
    ],
  },
  {
    what: '@tag by @interfaceObject',
    others: [
      linked(
        'v2.9',
        ['@interfaceObject', '@key', '@tag'],
        withQuery('type Task @key(fields: "id") @interfaceObject { id: ID! cost: Int @tag(name: "internal") }'),
      ),
    ],
  },
  {
    what: '@policy by @interfaceObject',
    others: [
      linked(
        'v2.9',
        ['@interfaceObject', '@key', '@policy'],
        withQuery('type Task @key(fields: "id") @interfaceObject { id: ID! cost: Int @policy(policies: [["finance"]]) }'),
      ),
    ],
    refusedBy: ['WunderGraph'],
  },
  {
    what: 'own types Failure, Progress, Subtask, Status, Source, Resource and Change',
    others: [
      `${['Failure', 'Progress', 'Subtask', 'Status', 'Source', 'Resource', 'Change'].map((name) => `type ${name} { id: ID! text: String }`).join(' ')} type Query { failure: Failure progress: Progress subtask: Subtask status: Status source: Source resource: Resource change: Change }`,
    ],
  },
  {
    what: 'own Mutation and Subscription',
    others: ['type Query { other: String } type Mutation { setOther(text: String!): String } type Subscription { otherChanged: String }'],
  },
];
