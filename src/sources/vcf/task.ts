import { malformedData, unmappedStatus } from '../../task/model/gateway-warnings.js';
import { taskIdOf } from '../../task/model/id.js';
import type { TaskResource } from '../../task/model/resource.js';
import { rootCauseOf } from '../../task/model/root-cause.js';
import { isFailure } from '../../task/model/status.js';
import type { Translated } from '../../task/model/translated.js';
import { credentialsSubtasksOf } from './translation/credentials-subtask.js';
import { distinct } from './translation/distinct.js';
import { type Findings, weigh } from './translation/findings.js';
import { payloadOf, type WireParts } from './translation/payload.js';
import { readParts } from './translation/read-parts.js';
import { resourcesOf } from './translation/resources.js';
import { spelled } from './translation/status.js';
import { subtasksOf } from './translation/subtask.js';
import type { VcfCredentialsOperation } from './types/credentials-operation.js';
import type { VcfResolutionStatus } from './types/resolution-status.js';
import type { VcfCredentialsSubtask } from './types/credentials-subtask.js';
import type { VcfSubtask } from './types/subtask.js';
import type { VcfTask } from './types/task.js';
import { given, type WireCredentialsTask } from './wire.js';

/**
 * The task that a plane's two lists speak of: ordinary fields from the ordinary one, subtasks and the operation from the
 * credentials task where there is one. Pure; never throws.
 */
export function translateTask(sourceName: string, sourceTaskId: string, parts: WireParts): Translated<VcfTask> {
  const { task, credentialsTask, oddFields } = readParts(sourceTaskId, parts);
  const subtasks =
    credentialsTask === null ? subtasksOf(sourceName, task?.subTasks, []) : credentialsSubtasksOf(credentialsTask.subTasks, []);
  const work = { ...(task ?? credentialsTask), errors: distinct([...(task?.errors ?? []), ...(credentialsTask?.errors ?? [])]) };
  const { progressing, findings } = weigh(work, [], subtasks);
  return {
    __typename: 'VcfTask',
    id: taskIdOf(sourceName, sourceTaskId),
    sourceTaskId,
    sourceName,
    name: given(task?.name) ?? given(credentialsTask?.name) ?? `VCF task ${sourceTaskId}`,
    description: given(task?.localizableDescriptionPack?.message),
    operation: given(credentialsTask?.type) ?? given(task?.type),
    ...progressing,
    updatedAt: null,
    resources: resourcesOf(sourceName, task?.resources),
    warnings: warningsIn(findings, oddFields),
    rootCause: isFailure(progressing.status) ? rootCauseOf(findings.failures) : null,
    parentTaskId: null,
    parts: subtasks.map((subtask) => subtask.node),
    partResources: subtasks.flatMap(({ node }) => resourcesIn(node)),
    position: null,
    payload: payloadOf(parts),
    resolutionStatus: resolutionStatusOf(task?.resolutionStatus),
    credentials: credentialsTask === null ? null : credentialsOf(credentialsTask),
  };
}

function resourcesIn(subtask: VcfSubtask | VcfCredentialsSubtask): readonly TaskResource[] {
  return subtask.__typename === 'VcfSubtask' ? [...subtask.resources, ...subtask.children.flatMap(resourcesIn)] : [];
}

function warningsIn({ warnings, unmapped }: Findings, oddFields: readonly string[]): VcfTask['warnings'] {
  return [...distinct(warnings), ...distinct(unmapped).map(unmappedStatus), ...malformedData(oddFields)];
}

const resolutions: ReadonlyMap<string, VcfResolutionStatus> = new Map([
  ['RESOLVED', 'RESOLVED'],
  ['UNRESOLVED', 'UNRESOLVED'],
]);

function resolutionStatusOf(sent: string | null | undefined): VcfResolutionStatus | null {
  const word = given(sent);
  return word === null ? null : (resolutions.get(spelled(word)) ?? 'UNKNOWN');
}

function credentialsOf({ type, isAutoRotate }: WireCredentialsTask): VcfCredentialsOperation {
  return { operationType: given(type) ?? 'UNKNOWN', isAutoRotate: isAutoRotate ?? null };
}
