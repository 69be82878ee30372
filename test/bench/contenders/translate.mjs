// The translation that every contender needs: what the planes send, as the fields of the job.

const catalogStatuses = { pending: 'PENDING', running: 'RUNNING', failed: 'FAILED', completed: 'SUCCEEDED' };
const astraStatuses = { notStarted: 'PENDING', running: 'RUNNING', failed: 'FAILED', completed: 'SUCCEEDED' };
const vcfStatuses = { 'In Progress': 'RUNNING', PENDING: 'PENDING', SUCCESSFUL: 'SUCCEEDED', Successful: 'SUCCEEDED', Failed: 'FAILED' };

export function toCatalogTask(task) {
  const failed = task.status === 'failed';
  return {
    __typename: 'CatalogTask',
    id: `catalog:${task.id}`,
    name: `Install ${task.package_slug} v${task.package_version}`,
    status: catalogStatuses[task.status],
    createdAt: new Date(task.created_at),
    progress: null,
    subtasks: [],
    warnings: task.warnings.map(({ code, message }) => ({ __typename: 'CatalogWarning', code, message })),
    failures: failed ? [{ code: null, message: task.error_message }] : [],
  };
}

export function toAstraTask(task) {
  const details = task.stateDetails.map(({ type, detail }) => ({ code: type, message: detail }));
  const failed = task.state === 'failed';
  return {
    __typename: 'AstraTask',
    id: `astra:${task.id}`,
    name: task.summary,
    status: astraStatuses[task.state],
    createdAt: new Date(task.metadata.creationTimestamp),
    progress: { percent: task.percentDone },
    subtasks: [],
    warnings: failed ? [] : details.map((detail) => ({ __typename: 'AstraWarning', ...detail })),
    failures: failed ? details : [],
  };
}

export function toVcfTask(task) {
  const finished = task.subTasks.filter(({ completionTimestamp }) => completionTimestamp !== undefined).length;
  return {
    __typename: 'VcfTask',
    id: `vcf:${task.id}`,
    name: task.name,
    status: vcfStatuses[task.status],
    createdAt: new Date(task.creationTimestamp),
    progress: { percent: (finished / task.subTasks.length) * 100 },
    subtasks: task.subTasks.map(({ name, status }) => ({ __typename: 'VcfSubtask', name, status: vcfStatuses[status] })),
    warnings: [],
    failures: task.errors.map(({ errorCode, message }) => ({ code: errorCode, message })),
  };
}

/** Newest first, as every contender lists tasks. */
export function newestFirst(tasks) {
  return tasks.toSorted((one, other) => other.createdAt - one.createdAt);
}
