import { readFileSync } from 'node:fs';

import { Client, fetchExchange, gql } from '@urql/core';
import { cacheExchange, type KeyingConfig } from '@urql/exchange-graphcache';
import type { IntrospectionQuery } from 'graphql';

const schema: IntrospectionQuery = JSON.parse(readFileSync(new URL(import.meta.resolve('tributary-gateway/introspection.json')), 'utf8'));

/** A code generator would write this. */
interface ListData {
  tasks: { nodes: { id: string; status: string }[] } | null;
}

/** What has no id of its own lives inside of what has; groups of failures have a key. */
const keys: KeyingConfig = { TaskFailureGroup: ({ key }) => (typeof key === 'string' ? key : null) };
for (const type of schema.__schema.types) {
  if (type.kind === 'OBJECT' && !type.fields.some(({ name }) => name === 'id')) keys[type.name] ??= () => null;
}

const complaints: string[] = [];
const client = new Client({
  url: process.argv[2] ?? '',
  preferGetMethod: false,
  exchanges: [cacheExchange({ schema, keys, logger: (_severity, message) => complaints.push(message) }), fetchExchange],
});

const list = gql<ListData, { filter: { sourceNames: string[] } }>`
  query List($filter: TaskFilter!) {
    tasks(filter: $filter, first: 200) {
      totalCount
      nodes {
        ...Line
        subtasks(first: 5) {
          nodes {
            id
            name
            status
          }
        }
      }
      sources {
        source {
          id
          displayName
        }
        problem {
          kind
        }
      }
    }
    taskFailureGroups(first: 3) {
      nodes {
        key
        message
        count
      }
    }
  }

  fragment Line on Task {
    id
    name
    status
    progress {
      percent
    }
    warnings {
      ... on TaskWarningFields {
        message
      }
      ... on VcfWarning {
        remediation
      }
    }
    ... on VcfTask {
      resolutionStatus
    }
  }
`;
const retry = gql<{ retryTask: { outcome: string } | null }, { id: string }>`
  mutation Retry($id: ID!) {
    retryTask(input: { id: $id }) {
      outcome
      task {
        id
        status
      }
      errors {
        ... on TaskActionErrorFields {
          message
        }
      }
    }
  }
`;

const id = process.argv[3] ?? '';
const variables = { filter: { sourceNames: [id.split(':')[0] ?? ''] } };
const before = await client.query(list, variables).toPromise();
const done = await client.mutation(retry, { id }).toPromise();
const cached = await client.query(list, variables, { requestPolicy: 'cache-only' }).toPromise();
console.log(
  JSON.stringify({
    errors: [before, done, cached].flatMap(({ error }) => error?.message ?? []),
    outcome: done.data?.retryTask?.outcome,
    before: statusIn(before.data),
    after: statusIn(cached.data),
    complaints,
  }),
);

function statusIn(data: ListData | undefined): string | undefined {
  return data?.tasks?.nodes.find((task) => task.id === id)?.status;
}
