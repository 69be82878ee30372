import { findRootCause, type TaskFailure } from '../../model/failure.js';
import { formatResourceId, formatTaskId } from '../../model/global-id.js';
import type { TaskResource } from '../../model/resource.js';
import type { TaskLifecycle } from '../../model/task-lifecycle.js';
import { deriveCompletion, isFailedStatus } from '../../model/task-status.js';
import { malformedDataWarnings, unmappedStatusWarning } from '../../model/task-warning.js';
import type { TranslatedTask } from '../../model/task.js';
import { computeFingerprint, type UntranslatedTask } from '../source.js';
import { collectFailures, collectWarnings } from './failures.js';
import { composePayload, parseParts, type WireParts } from './payload.js';
import { normalizeSpelling, toVcfTaskStatus } from './status.js';
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
  type WireCredentialsSubtask,
  type WireCredentialsTask,
  type WireResource,
  type WireStage,
  type WireSubtask,
  type WireWork,
} from './wire.js';

/**
 * The task that a plane's two lists speak of: ordinary fields from the ordinary one, subtasks and the operation from the
 * credentials task where there is one. Pure; never throws.
 */
export function translateVcfTask(sourceName: string, sourceTaskId: string, parts: WireParts): TranslatedTask<VcfTask> {
  const { task, credentialsTask, invalidFields } = parseParts(sourceTaskId, parts);
  const subtasks =
    credentialsTask === null
      ? translateSubtasks(sourceName, task?.subTasks, [])
      : translateCredentialsSubtasks(credentialsTask.subTasks, []);
  const work = { ...(task ?? credentialsTask), errors: dropDuplicates([...(task?.errors ?? []), ...(credentialsTask?.errors ?? [])]) };
  const { progressing, findings } = aggregateWork(work, [], subtasks);
  return {
    __typename: 'VcfTask',
    id: formatTaskId(sourceName, sourceTaskId),
    sourceTaskId,
    sourceName,
    name: nonBlank(task?.name) ?? nonBlank(credentialsTask?.name) ?? `VCF task ${sourceTaskId}`,
    description: nonBlank(task?.localizableDescriptionPack?.message),
    operation: nonBlank(credentialsTask?.type) ?? nonBlank(task?.type),
    ...progressing,
    updatedAt: null,
    resources: toVcfResources(sourceName, task?.resources),
    warnings: composeWarnings(findings, invalidFields),
    rootCause: isFailedStatus(progressing.status) ? findRootCause(findings.failures) : null,
    parentTaskId: null,
    parts: subtasks.map((subtask) => subtask.node),
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

const resolutionByWord: ReadonlyMap<string, VcfResolutionStatus> = new Map([
  ['RESOLVED', 'RESOLVED'],
  ['UNRESOLVED', 'UNRESOLVED'],
]);

function toResolutionStatus(sent: string | null | undefined): VcfResolutionStatus | null {
  const word = nonBlank(sent);
  return word === null ? null : (resolutionByWord.get(normalizeSpelling(word)) ?? 'UNKNOWN');
}

function toCredentialsOperation({ type, isAutoRotate }: WireCredentialsTask): VcfCredentialsOperation {
  return { operationType: nonBlank(type) ?? 'UNKNOWN', isAutoRotate: isAutoRotate ?? null };
}

/** A reading of one task. It is looked at closely only where it differs from the one before. */
export function buildUntranslatedVcfTask(
  sourceName: string,
  sourceTaskId: string,
  parts: WireParts,
  fingerprint = fingerprintParts(parts),
): UntranslatedTask {
  return { sourceTaskId, fingerprint, translate: () => translateVcfTask(sourceName, sourceTaskId, parts) };
}

function fingerprintParts({ task, credentialsTask }: WireParts): string {
  return `${task === null ? '' : computeFingerprint(task)} ${credentialsTask === null ? '' : computeFingerprint(credentialsTask)}`;
}

/** Translates subtasks to any depth. `path` is the names of those around them, outermost first. */
export function translateSubtasks(
  sourceName: string,
  subtasks: readonly WireSubtask[] | null | undefined,
  path: readonly string[],
): readonly TranslatedPart<VcfSubtask>[] {
  return (subtasks ?? []).map((subtask, index) => translateSubtask(sourceName, subtask, index, path));
}

function translateSubtask(sourceName: string, subtask: WireSubtask, index: number, around: readonly string[]): TranslatedPart<VcfSubtask> {
  const name = nonBlank(subtask.name) ?? `Subtask ${index + 1}`;
  const path = [...around, name];
  const children = translateSubtasks(sourceName, subtask.subTasks, path);
  const stages = (subtask.stages ?? []).map((stage, place) => translateStage(stage, place, path));
  const { progressing, findings } = aggregateWork(subtask, path, children, stages);
  const node: VcfSubtask = {
    __typename: 'VcfSubtask',
    index,
    name,
    description: nonBlank(subtask.description),
    operation: nonBlank(subtask.type),
    ...progressing,
    resources: toVcfResources(sourceName, subtask.resources),
    stages: stages.map((stage) => stage.node),
    children: children.map((child) => child.node),
    documentationUrl: subtask.documentationLink?.url ?? null,
  };
  return { node, report: findings };
}

function translateStage(stage: WireStage, index: number, around: readonly string[]): TranslatedPart<VcfStage> {
  const name = nonBlank(stage.name) ?? `Stage ${index + 1}`;
  const { progressing, findings } = aggregateWork(stage, [...around, name], []);
  const node: VcfStage = {
    __typename: 'VcfStage',
    index,
    name,
    description: nonBlank(stage.description),
    operation: nonBlank(stage.type),
    ...progressing,
  };
  return { node, report: findings };
}

/** Translates subtasks of a credentials task to any depth. `path` is the names of those around them, outermost first. */
export function translateCredentialsSubtasks(
  subtasks: readonly WireCredentialsSubtask[] | null | undefined,
  path: readonly string[],
): readonly TranslatedPart<VcfCredentialsSubtask>[] {
  return (subtasks ?? []).map((subtask, index) => translateCredentialsSubtask(subtask, index, path));
}

function translateCredentialsSubtask(
  subtask: WireCredentialsSubtask,
  index: number,
  around: readonly string[],
): TranslatedPart<VcfCredentialsSubtask> {
  const name = nonBlank(subtask.name) ?? nonBlank(subtask.resourceName) ?? `Subtask ${index + 1}`;
  const path = [...around, name];
  const children = translateCredentialsSubtasks(subtask.dependentSubTasks, path);
  const { progressing, findings } = aggregateWork(subtask, path, children);
  const node: VcfCredentialsSubtask = {
    __typename: 'VcfCredentialsSubtask',
    sourceSubtaskId: nonBlank(subtask.id),
    name,
    description: nonBlank(subtask.description),
    operation: null,
    ...progressing,
    resourceName: nonBlank(subtask.resourceName),
    entityType: nonBlank(subtask.entityType),
    username: nonBlank(subtask.username),
    credentialType: nonBlank(subtask.credentialType),
    children: children.map((child) => child.node),
  };
  return { node, report: findings };
}

/** What a task, subtask or stage and all beneath it report, in the plane's order. */
export interface WorkReport {
  /** None of what succeeded in the end. */
  readonly failures: readonly TaskFailure[];
  readonly warnings: readonly VcfWarning[];
  /** Statuses that the table does not know; null where none was sent. */
  readonly unmappedStatuses: readonly (string | null)[];
  /** Leaves of the subtask tree; stages are none. */
  readonly steps: { readonly completed: number; readonly total: number };
}

/** What is the same for tasks, subtasks and stages. */
export type WorkState = ReturnType<typeof translateLifecycle> & Pick<TaskLifecycle, 'failures' | 'progress'>;

/** A translated subtask or stage, and what it passes up. */
export interface TranslatedPart<T> {
  readonly node: T;
  readonly report: WorkReport;
}

/** Weighs work and what is beneath it; `path` is the names that lead to it, its own last. */
export function aggregateWork(
  work: WireWork,
  path: readonly string[],
  subtasks: readonly TranslatedPart<unknown>[],
  stages: readonly TranslatedPart<unknown>[] = [],
): { readonly progressing: WorkState; readonly findings: WorkReport } {
  const life = translateLifecycle(work);
  const below = [...stages, ...subtasks].map((part) => part.report);
  const own = collectFailures(work, path);
  const failures = life.isSuccessful === true ? [] : [...own, ...below.flatMap((findings) => findings.failures)];
  const completed = subtasks.reduce((sum, part) => sum + part.report.steps.completed, 0);
  const total = subtasks.reduce((sum, part) => sum + part.report.steps.total, 0);
  return {
    progressing: {
      ...life,
      failures: own.length > 0 || !isFailedStatus(life.status) ? own : failures,
      progress:
        total === 0
          ? null
          : { percent: (100 * completed) / total, basis: 'DERIVED_FROM_SUBTASKS', completedSteps: completed, totalSteps: total },
    },
    findings: {
      failures,
      warnings: [...collectWarnings(work), ...below.flatMap((findings) => findings.warnings)],
      unmappedStatuses: [
        ...(life.status === 'UNKNOWN' ? [life.sourceStatus] : []),
        ...below.flatMap((findings) => findings.unmappedStatuses),
      ],
      steps: total === 0 ? { completed: life.isFinished ? 1 : 0, total: 1 } : { completed, total },
    },
  };
}

type WorkLifecycle = Pick<
  TaskLifecycle,
  'status' | 'sourceStatus' | 'isFinished' | 'isSuccessful' | 'createdAt' | 'startedAt' | 'finishedAt'
>;

/** Where a task, subtask or stage stands. Work that is not finished may carry a completion time: it is not believed. */
export function translateLifecycle(work: WireWork): WorkLifecycle {
  const sourceStatus = work.status ?? null;
  const status = toVcfTaskStatus(sourceStatus);
  const life = deriveCompletion(status);
  return {
    status,
    sourceStatus,
    ...life,
    createdAt: work.creationTimestamp ?? null,
    startedAt: null,
    finishedAt: life.isFinished ? (work.completionTimestamp ?? null) : null,
  };
}

/** Translates what a task or subtask works on. */
export function toVcfResources(sourceName: string, resources: readonly WireResource[] | null | undefined): readonly TaskResource[] {
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
