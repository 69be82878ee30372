// The part of Tributary's schema that the job uses, with plain resolvers, for the contenders that are built from SDL.
import { newestFirst, toAstraTask, toCatalogTask, toVcfTask } from './translate.mjs';

const taskFields = `
    id: ID!
    name: String!
    status: TaskStatus!
    createdAt: DateTime
    progress: TaskProgress
    subtasks(first: Int): TaskSubtaskConnection
    warnings: [TaskWarning!]!
    failures: [TaskFailure!]!
`;

export const typeDefs = /* GraphQL */ `
  scalar DateTime
  type Query {
    nodes(ids: [ID!]!): [Node]!
    tasks(filter: TaskFilter, first: Int): TaskConnection
  }
  interface Node {
    id: ID!
  }
  input TaskFilter {
    sourceNames: [String!]
  }
  type TaskConnection {
    nodes: [Task!]!
  }
  enum TaskStatus {
    PENDING
    RUNNING
    SUCCEEDED
    FAILED
  }
  interface Task implements Node {
    ${taskFields}
  }
  type TaskProgress {
    percent: Float!
  }
  type TaskSubtaskConnection {
    nodes: [TaskSubtask!]!
  }
  union TaskSubtask = VcfSubtask
  type VcfSubtask {
    name: String!
    status: TaskStatus!
  }
  union TaskWarning = CatalogWarning | AstraWarning
  interface TaskWarningFields {
    code: String
    message: String!
  }
  type CatalogWarning implements TaskWarningFields {
    code: String
    message: String!
  }
  type AstraWarning implements TaskWarningFields {
    code: String
    message: String!
  }
  type TaskFailure {
    code: String
    message: String!
  }
  ${['CatalogTask', 'AstraTask', 'VcfTask']
    .map(
      (name) => `type ${name} implements Node & Task {
    ${taskFields}
  }`,
    )
    .join('\n')}
`;

/** Resolvers over `read(url)`, which resolves with the JSON of a response. */
export function buildResolvers({ catalog, astra, vcf, accountId }, read) {
  const lists = {
    astra: async () => (await read(`${astra}/accounts/${accountId}/core/v1/tasks`)).items.map(toAstraTask),
    vcf: async () => (await read(`${vcf}/v1/tasks?pageNumber=0&pageSize=100`)).elements.map(toVcfTask),
  };
  const task = {
    subtasks: ({ subtasks }, { first }) => ({ nodes: subtasks.slice(0, first) }),
    createdAt: ({ createdAt }) => createdAt.toISOString(),
  };
  const resolveType = ({ __typename }) => __typename;
  return {
    Query: {
      nodes: (_root, { ids }) => ids.map(async (id) => toCatalogTask(await read(`${catalog}/zones/z/catalog_tasks/${id.split(':')[1]}`))),
      tasks: async (_root, { filter, first }) => ({ nodes: newestFirst(await lists[filter.sourceNames[0]]()).slice(0, first) }),
    },
    Node: { __resolveType: resolveType },
    Task: { __resolveType: resolveType },
    TaskSubtask: { __resolveType: resolveType },
    TaskWarning: { __resolveType: resolveType },
    TaskWarningFields: { __resolveType: resolveType },
    CatalogTask: task,
    AstraTask: task,
    VcfTask: task,
  };
}

/** Reads with fetch, as most servers do. */
export function createReader({ token }) {
  return async (url) => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return response.json();
  };
}

/** The same with the responses of the last second kept, and each URL asked for once at a time. */
export function cacheForOneSecond(read) {
  const kept = new Map();
  return (url) => {
    const now = performance.now();
    const entry = kept.get(url);
    if (entry !== undefined && now - entry.at < 1_000) return entry.value;
    const value = read(url);
    kept.set(url, { at: now, value });
    return value;
  };
}
