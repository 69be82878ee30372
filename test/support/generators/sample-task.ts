import { formatTaskId } from '../../../src/model/global-id.js';
import { deriveCompletion } from '../../../src/model/task-status.js';
import type { Task } from '../../../src/model/task.js';
import type { TaskFailure } from '../../../src/model/failure.js';
import type { TaskResource } from '../../../src/model/resource.js';

/** A running task of a source named "plane". `id`, `isFinished` and `isSuccessful` follow from the rest unless they are given. */
export function taskOf(partial: Partial<Task> = {}): Task {
  const { sourceName = 'plane', sourceTaskId = 'task-1', status = 'RUNNING' } = partial;
  return {
    __typename: 'AstraTask',
    id: formatTaskId(sourceName, sourceTaskId),
    sourceName,
    sourceTaskId,
    name: 'Back up a volume',
    description: null,
    operation: null,
    status,
    sourceStatus: null,
    ...deriveCompletion(status),
    createdAt: null,
    startedAt: null,
    finishedAt: null,
    updatedAt: null,
    changedAt: 0,
    observedAt: 0,
    progress: null,
    failures: [],
    rootCause: null,
    resources: [],
    warnings: [],
    parentTaskId: null,
    parts: [],
    position: null,
    payload: null,
    ...partial,
  };
}

/** A failure with a message and nothing else. */
export function failureOf(partial: Partial<TaskFailure> = {}): TaskFailure {
  return {
    code: null,
    message: 'It did not work.',
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: [],
    causes: [],
    ...partial,
  };
}

/** A resource "r-1" of the source "plane". */
export function resourceOf(partial: Partial<TaskResource> = {}): TaskResource {
  const { sourceName = 'plane', sourceResourceId = 'r-1' } = partial;
  return {
    __typename: 'TaskResource',
    id: `resource:${sourceName}:${sourceResourceId}`,
    sourceName,
    sourceResourceId,
    type: null,
    name: null,
    fqdn: null,
    uri: null,
    ...partial,
  };
}
