// The job: 20 catalog tasks by id, 100 Astra tasks and 100 VCF tasks with three subtasks each, in one operation.

const document = /* GraphQL */ `
  query Job($ids: [ID!]!, $astra: TaskFilter, $vcf: TaskFilter, $first: Int) {
    catalog: nodes(ids: $ids) {
      ...Row
    }
    astra: tasks(filter: $astra, first: $first) {
      nodes {
        ...Row
      }
    }
    vcf: tasks(filter: $vcf, first: $first) {
      nodes {
        ...Row
      }
    }
  }
  fragment Row on Task {
    __typename
    id
    name
    status
    createdAt
    progress {
      percent
    }
    subtasks(first: 10) {
      nodes {
        __typename
        ... on VcfSubtask {
          name
          status
        }
      }
    }
    warnings {
      __typename
      ... on TaskWarningFields {
        code
        message
      }
    }
    failures {
      code
      message
    }
  }
`;

function buildOperation(catalogIds, first) {
  const ids = catalogIds.map((id) => `catalog:${id}`);
  return { query: document, variables: { ids, astra: { sourceNames: ['astra'] }, vcf: { sourceNames: ['vcf'] }, first } };
}

/** The job, as the body of a request. */
export function buildJob(catalogIds) {
  return JSON.stringify(buildOperation(catalogIds, 100));
}

/** The job in 1,000 forms, none of which has the same variables as another: the ids in other orders, and 51 to 100 tasks of each list. */
export function buildVariedJobs(catalogIds) {
  return Array.from({ length: 1_000 }, (_, index) => {
    const turned = catalogIds.map((_id, position) => catalogIds[(position + index) % catalogIds.length]);
    return JSON.stringify(buildOperation(turned, 51 + (index % 50)));
  });
}

/** The path of a GET request with the operation of a body. */
export function buildGetPath(path, body) {
  const { query, variables } = JSON.parse(body);
  return `${path}?${new URLSearchParams({ query: query.replaceAll(/\s+/g, ' '), variables: JSON.stringify(variables) }).toString()}`;
}

/** The job as Tailcall is asked for it: it has no fragments on an interface, and the fields have the names of the planes. */
export function buildTailcallQuery(catalogIds) {
  const tasks = catalogIds.map(
    (id, index) => `c${index}: task(id: "${id}") { id package_slug status created_at error_message warnings { code message } }`,
  );
  return `{ ${tasks.join(' ')}
    astra { items { id summary state percentDone stateDetails { type detail } metadata { creationTimestamp } } }
    vcf { elements { id name status creationTimestamp subTasks { name status } errors { errorCode message } } } }`;
}
