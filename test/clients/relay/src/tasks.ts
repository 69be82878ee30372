import { graphql } from 'relay-runtime';

/** One line of the list. */
export const row = graphql`
  fragment tasks_row on Task {
    id
    name
    status
    warnings {
      ... on TaskWarningFields {
        message
      }
    }
    ... on VcfTask {
      resolutionStatus
    }
  }
`;

/** The list, page by page: Relay follows its cursors. */
export const list = graphql`
  fragment tasks_list on Query
  @refetchable(queryName: "tasksPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }, filter: { type: "TaskFilter" }) {
    tasks(first: $count, after: $cursor, filter: $filter) @connection(key: "tasks_tasks") {
      edges {
        node {
          ...tasks_row
        }
      }
    }
  }
`;

/** The page. */
export const page = graphql`
  query tasksQuery($filter: TaskFilter) {
    ...tasks_list @arguments(filter: $filter)
  }
`;

/** One task, found again by its id alone (Node). */
export const task = graphql`
  fragment tasks_task on Task @refetchable(queryName: "tasksTaskRefetchQuery") {
    ...tasks_row
    subtasks(first: 50) {
      nodes {
        ... on TaskLifecycle {
          name
          status
        }
      }
    }
  }
`;

export const retry = graphql`
  mutation tasksRetryMutation($input: RetryTaskInput!) {
    retryTask(input: $input) {
      outcome
      task {
        ...tasks_row
      }
      errors {
        ... on TaskActionErrorFields {
          message
        }
      }
    }
  }
`;

export const changes = graphql`
  subscription tasksChangesSubscription($filter: TaskFilter) {
    tasksChanged(filter: $filter) {
      task {
        ...tasks_row
      }
    }
  }
`;
