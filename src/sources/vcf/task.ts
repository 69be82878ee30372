import { findRootCause, type TaskFailure } from '../../model/failure.js';
import { formatResourceId, formatTaskId } from '../../model/global-id.js';
import { toPercent } from '../../model/progress.js';
import type { TaskResource } from '../../model/resource.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskLifecycle } from '../../model/task-lifecycle.js';
import { deriveCompletion, isFailedStatus } from '../../model/task-status.js';
import { malformedDataWarnings, unmappedStatusWarning } from '../../model/task-warning.js';
import type { TranslatedTask } from '../../model/task.js';
import { computeFingerprint, type UntranslatedTask } from '../source.js';
import { collectFailures, collectWarnings } from './failures.js';
import { composePayload, parseParts, type WireParts } from './payload.js';
import { normalizeEnumValue, toVcfTaskStatus } from './status.js';
import type {
  VcfCredentialsOperation,
  VcfCredentialsSubtask,
  VcfResolutionStatus,
  VcfStage,
  VcfSubtask,
  VcfTask,
  VcfWarning,
} from './types.js';
import {
  dropDuplicates,
  nonBlank,
  type VcfElement,
  type WireCredentialsSubtask,
  type WireCredentialsTask,
  type WireResource,
  type WireStage,
  type WireSubtask,
  type WireWork,
} from './wire.js';

/**
 * Translates a task of either list, or of both: the fields of the ordinary task, with subtasks and operation of the
 * credentials task where there is one. Pure; never throws.
 */
export function translateVcfTask(sourceName: string, sourceTaskId: string, parts: WireParts): TranslatedTask<VcfTask> {
  const { task, credentialsTask, invalidFields } = parseParts(sourceTaskId, parts);
  const subtasks =
    credentialsTask === null
      ? translateSubtasks(sourceName, task?.subTasks, [])
      : translateCredentialsSubtasks(credentialsTask.subTasks, []);
  const work = { ...(task ?? credentialsTask), errors: dropDuplicates([...(task?.errors ?? []), ...(credentialsTask?.errors ?? [])]) };
  const { state, report } = aggregateWork(work, [], subtasks);
  return {
    __typename: 'VcfTask',
    id: formatTaskId(sourceName, sourceTaskId),
    sourceTaskId,
    sourceName,
    name: nonBlank(task?.name) ?? nonBlank(credentialsTask?.name) ?? `VCF task ${sourceTaskId}`,
    description: nonBlank(task?.localizableDescriptionPack?.message),
    operation: nonBlank(credentialsTask?.type) ?? nonBlank(task?.type),
    ...state,
    updatedAt: null,
    resources: toVcfResources(sourceName, task?.resources),
    warnings: composeWarnings(report, invalidFields),
    rootCause: isFailedStatus(state.status) ? findRootCause(report.failures) : null,
    parentTaskId: null,
    parts: subtasks.map((subtask) => subtask.node),
    ...(report.failures.length > state.failures.length && { allFailures: report.failures }),
    partResources: subtasks.flatMap(({ node }) => collectResources(node)),
    position: null,
    payload: composePayload(parts),
    resolutionStatus: toResolutionStatus(task?.resolutionStatus),
    credentials: credentialsTask === null ? null : toCredentialsOperation(credentialsTask),
  };
}

function collectResources(subtask: VcfSubtask | VcfCredentialsSubtask): readonly TaskResource[] {
  return subtask.__typename === 'VcfSubtask' ? [...subtask.resources, ...subtask.children.flatMap(collectResources)] : [];
}

function composeWarnings({ warnings, unmappedStatuses: unmapped }: WorkReport, invalidFields: readonly string[]): VcfTask['warnings'] {
  return [...dropDuplicates(warnings), ...dropDuplicates(unmapped).map(unmappedStatusWarning), ...malformedDataWarnings(invalidFields)];
}

const resolutionByValue: ReadonlyMap<string, VcfResolutionStatus> = new Map([
  ['RESOLVED', 'RESOLVED'],
  ['UNRESOLVED', 'UNRESOLVED'],
]);

function toResolutionStatus(sent: string | null | undefined): VcfResolutionStatus | null {
  const value = nonBlank(sent);
  return value === null ? null : (resolutionByValue.get(normalizeEnumValue(value)) ?? 'UNKNOWN');
}

function toCredentialsOperation({ type, isAutoRotate }: WireCredentialsTask): VcfCredentialsOperation {
  return { operationType: nonBlank(type) ?? 'UNKNOWN', isAutoRotate: isAutoRotate ?? null };
}

/**
 * Wraps a task of either list, or of both, for the port. It is parsed and translated only where its fingerprint differs from
 * the previous one.
 */
export function buildUntranslatedVcfTask(
  sourceName: string,
  sourceTaskId: string,
  task: VcfElement | null,
  credentialsTask: VcfElement | null,
): UntranslatedTask {
  return {
    sourceTaskId,
    fingerprint: `${task?.fingerprint ?? ''} ${credentialsTask?.fingerprint ?? ''}`,
    translate: () =>
      translateVcfTask(sourceName, sourceTaskId, { task: task?.wire() ?? null, credentialsTask: credentialsTask?.wire() ?? null }),
  };
}

/** A part of a cached payload, as if the plane had sent it. */
export function toElement(id: string, wire: JsonObject): VcfElement {
  return { id, createdAt: null, fingerprint: computeFingerprint(wire), wire: () => wire };
}

/** Translates subtasks to any depth. `path`: the names of their parents, outermost first. */
function translateSubtasks(
  sourceName: string,
  subtasks: readonly WireSubtask[] | null | undefined,
  path: readonly string[],
): readonly TranslatedPart<VcfSubtask>[] {
  return (subtasks ?? []).map((subtask, index) => translateSubtask(sourceName, subtask, index, path));
}

function translateSubtask(
  sourceName: string,
  subtask: WireSubtask,
  index: number,
  parentPath: readonly string[],
): TranslatedPart<VcfSubtask> {
  const name = nonBlank(subtask.name) ?? `Subtask ${index + 1}`;
  const path = [...parentPath, name];
  const children = translateSubtasks(sourceName, subtask.subTasks, path);
  const stages = (subtask.stages ?? []).map((stage, stageIndex) => translateStage(stage, stageIndex, path));
  const { state, report } = aggregateWork(subtask, path, children, stages);
  const node: VcfSubtask = {
    __typename: 'VcfSubtask',
    index,
    name,
    description: nonBlank(subtask.description),
    operation: nonBlank(subtask.type),
    ...state,
    resources: toVcfResources(sourceName, subtask.resources),
    stages: stages.map((stage) => stage.node),
    children: children.map((child) => child.node),
    documentationUrl: subtask.documentationLink?.url ?? null,
  };
  return { node, report };
}

function translateStage(stage: WireStage, index: number, parentPath: readonly string[]): TranslatedPart<VcfStage> {
  const name = nonBlank(stage.name) ?? `Stage ${index + 1}`;
  const { state, report } = aggregateWork(stage, [...parentPath, name], []);
  const node: VcfStage = {
    __typename: 'VcfStage',
    index,
    name,
    description: nonBlank(stage.description),
    operation: nonBlank(stage.type),
    ...state,
  };
  return { node, report };
}

/** Translates subtasks of a credentials task to any depth. `path`: the names of their parents, outermost first. */
function translateCredentialsSubtasks(
  subtasks: readonly WireCredentialsSubtask[] | null | undefined,
  path: readonly string[],
): readonly TranslatedPart<VcfCredentialsSubtask>[] {
  return (subtasks ?? []).map((subtask, index) => translateCredentialsSubtask(subtask, index, path));
}

function translateCredentialsSubtask(
  subtask: WireCredentialsSubtask,
  index: number,
  parentPath: readonly string[],
): TranslatedPart<VcfCredentialsSubtask> {
  const name = nonBlank(subtask.name) ?? nonBlank(subtask.resourceName) ?? `Subtask ${index + 1}`;
  const path = [...parentPath, name];
  const children = translateCredentialsSubtasks(subtask.dependentSubTasks, path);
  const { state, report } = aggregateWork(subtask, path, children);
  const node: VcfCredentialsSubtask = {
    __typename: 'VcfCredentialsSubtask',
    sourceSubtaskId: nonBlank(subtask.id),
    name,
    description: nonBlank(subtask.description),
    operation: null,
    ...state,
    resourceName: nonBlank(subtask.resourceName),
    entityType: nonBlank(subtask.entityType),
    username: nonBlank(subtask.username),
    credentialType: nonBlank(subtask.credentialType),
    children: children.map((child) => child.node),
  };
  return { node, report };
}

/** What a task, subtask or stage and everything below it report, in the order of the plane. */
interface WorkReport {
  /** Without those below work that succeeded in the end. */
  readonly failures: readonly TaskFailure[];
  readonly warnings: readonly VcfWarning[];
  /** Statuses that have no translation; null where none was sent. */
  readonly unmappedStatuses: readonly (string | null)[];
  /** Leaves of the subtask tree; stages do not count. */
  readonly steps: { readonly completed: number; readonly total: number };
}

/** The fields that tasks, subtasks and stages share. */
type WorkState = ReturnType<typeof translateLifecycle> & Pick<TaskLifecycle, 'failures' | 'progress'>;

/** A translated subtask or stage, and its report for its parent. */
interface TranslatedPart<T> {
  readonly node: T;
  readonly report: WorkReport;
}

/** Aggregates a task, subtask or stage with everything below it. `path`: the names that lead to it, its own last. */
function aggregateWork(
  work: WireWork,
  path: readonly string[],
  subtasks: readonly TranslatedPart<unknown>[],
  stages: readonly TranslatedPart<unknown>[] = [],
): { readonly state: WorkState; readonly report: WorkReport } {
  const lifecycle = translateLifecycle(work);
  const reportsBelow = [...stages, ...subtasks].map((part) => part.report);
  const ownFailures = collectFailures(work, path);
  const failures = lifecycle.isSuccessful === true ? [] : [...ownFailures, ...reportsBelow.flatMap((below) => below.failures)];
  const completed = subtasks.reduce((sum, part) => sum + part.report.steps.completed, 0);
  const total = subtasks.reduce((sum, part) => sum + part.report.steps.total, 0);
  return {
    state: {
      ...lifecycle,
      failures: ownFailures.length > 0 || !isFailedStatus(lifecycle.status) ? ownFailures : failures,
      progress:
        total === 0
          ? null
          : {
              percent: toPercent(completed / total, lifecycle.isFinished),
              basis: 'DERIVED_FROM_SUBTASKS',
              completedSteps: completed,
              totalSteps: total,
            },
    },
    report: {
      failures,
      warnings: [...collectWarnings(work), ...reportsBelow.flatMap((below) => below.warnings)],
      unmappedStatuses: [
        ...(lifecycle.status === 'UNKNOWN' ? [lifecycle.sourceStatus] : []),
        ...reportsBelow.flatMap((below) => below.unmappedStatuses),
      ],
      steps: total === 0 ? { completed: lifecycle.isFinished ? 1 : 0, total: 1 } : { completed, total },
    },
  };
}

type WorkLifecycle = Pick<
  TaskLifecycle,
  'status' | 'sourceStatus' | 'isFinished' | 'isSuccessful' | 'createdAt' | 'startedAt' | 'finishedAt'
>;

/**
 * Status and times of a task, subtask or stage. The completion time of unfinished work is ignored: SDDC Manager may
 * send one.
 */
function translateLifecycle(work: WireWork): WorkLifecycle {
  const sourceStatus = work.status ?? null;
  const status = toVcfTaskStatus(sourceStatus);
  const completion = deriveCompletion(status);
  return {
    status,
    sourceStatus,
    ...completion,
    createdAt: work.creationTimestamp ?? null,
    startedAt: null,
    finishedAt: completion.isFinished ? (work.completionTimestamp ?? null) : null,
  };
}

/** Translates the resources that a task or subtask works on. */
function toVcfResources(sourceName: string, resources: readonly WireResource[] | null | undefined): readonly TaskResource[] {
  return (resources ?? []).map((resource) => ({
    __typename: 'TaskResource',
    id: formatResourceId(sourceName, resource.resourceId),
    sourceResourceId: resource.resourceId,
    type: nonBlank(resource.type),
    name: nonBlank(resource.name),
    fqdn: nonBlank(resource.fqdn),
    uri: null,
    sourceName,
  }));
}
