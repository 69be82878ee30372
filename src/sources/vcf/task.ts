import { internText } from '../../lib/intern-text.js';
import { shareEmpty } from '../../lib/share-empty.js';
import { findRootCause } from '../../model/failure.js';
import { formatResourceId, formatTaskId } from '../../model/global-id.js';
import type { TaskResource } from '../../model/resource.js';
import type { JsonObject } from '../../model/scalars.js';
import { isFailedStatus } from '../../model/task-status.js';
import { type LeftOutPart, malformedDataWarnings, unmappedStatusWarning } from '../../model/task-warning.js';
import type { TranslatedTask } from '../../model/task.js';
import { computeFingerprint, type UntranslatedTask } from '../source.js';
import { composePayload, parseParts, type WireParts } from './payload.js';
import { normalizeEnumValue } from './status.js';
import type { VcfCredentialsOperation, VcfCredentialsSubtask, VcfResolutionStatus, VcfStage, VcfSubtask, VcfTask } from './types.js';
import {
  dropDuplicates,
  nonBlank,
  type VcfElement,
  type VcfWireTask,
  type WireCredentialsSubtask,
  type WireCredentialsTask,
  type WireResource,
  type WireStage,
  type WireSubtask,
  type WireWork,
} from './wire.js';
import { aggregateWork, type TranslatedPart, type WorkReport } from './work.js';

/**
 * Translates a task of either list, or of both: the fields of the ordinary task, with subtasks and operation of the
 * credentials task where there is one. Pure; never throws.
 */
export function translateVcfTask(
  sourceName: string,
  sourceTaskId: string,
  parts: WireParts,
  leftOut: readonly LeftOutPart[] = [],
): TranslatedTask<VcfTask> {
  const { task, credentialsTask, invalidFields } = parseParts(sourceTaskId, parts);
  const subtasks =
    credentialsTask === null
      ? translateSubtasks(sourceName, task?.subTasks, [])
      : translateCredentialsSubtasks(credentialsTask.subTasks, []);
  const { state, report } = aggregateWork(joinWork(task, credentialsTask), [], subtasks);
  // Every member by its name: objects that are spread together have no shape in common, and take several times the memory.
  const translated: TranslatedTask<VcfTask> = {
    __typename: 'VcfTask',
    id: formatTaskId(sourceName, sourceTaskId),
    sourceTaskId,
    sourceName,
    name: nonBlank(task?.name) ?? nonBlank(credentialsTask?.name) ?? `VCF task ${sourceTaskId}`,
    description: nonBlank(task?.localizableDescriptionPack?.message),
    operation: internNonBlank(credentialsTask?.type) ?? internNonBlank(task?.type),
    status: state.status,
    sourceStatus: state.sourceStatus,
    isFinished: state.isFinished,
    isSuccessful: state.isSuccessful,
    createdAt: state.createdAt,
    startedAt: null,
    finishedAt: state.finishedAt,
    failures: state.failures,
    progress: state.progress,
    updatedAt: null,
    resources: toVcfResources(sourceName, task?.resources),
    warnings: shareEmpty([...composeWarnings(report), ...malformedDataWarnings(invalidFields, leftOut)]),
    rootCause: isFailedStatus(state.status) ? findRootCause(report.failures) : null,
    parentTaskId: null,
    parts: shareEmpty(subtasks.map((subtask) => subtask.node)),
    partResources: shareEmpty(subtasks.flatMap(({ node }) => collectResources(node))),
    position: null,
    payload: composePayload(parts),
    resolutionStatus: toResolutionStatus(task?.resolutionStatus),
    credentials: credentialsTask === null ? null : toCredentialsOperation(credentialsTask),
  };
  if (report.failures.length > state.failures.length) translated.allFailures = report.failures;
  return translated;
}

/** What the work of both parts has in common, with the errors of both. */
function joinWork(task: VcfWireTask | null, credentialsTask: WireCredentialsTask | null): WireWork {
  const work: WireWork = task ?? credentialsTask ?? {};
  return {
    name: work.name,
    status: work.status,
    creationTimestamp: work.creationTimestamp,
    completionTimestamp: work.completionTimestamp,
    errors: dropDuplicates([...(task?.errors ?? []), ...(credentialsTask?.errors ?? [])]),
  };
}

function collectResources(subtask: VcfSubtask | VcfCredentialsSubtask): readonly TaskResource[] {
  return subtask.__typename === 'VcfSubtask' ? [...subtask.resources, ...subtask.children.flatMap(collectResources)] : [];
}

function composeWarnings({ warnings, unmappedStatuses: unmapped }: WorkReport): VcfTask['warnings'] {
  return [...dropDuplicates(warnings), ...dropDuplicates(unmapped).map(unmappedStatusWarning)];
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
  return new UntranslatedVcfTask(sourceName, sourceTaskId, task, credentialsTask);
}

class UntranslatedVcfTask implements UntranslatedTask {
  readonly sourceTaskId: string;
  readonly #sourceName: string;
  readonly #task: VcfElement | null;
  readonly #credentialsTask: VcfElement | null;

  constructor(sourceName: string, sourceTaskId: string, task: VcfElement | null, credentialsTask: VcfElement | null) {
    this.sourceTaskId = sourceTaskId;
    this.#sourceName = sourceName;
    this.#task = task;
    this.#credentialsTask = credentialsTask;
  }

  get fingerprint(): string {
    const fingerprint = this.#task?.fingerprint ?? '';
    return this.#credentialsTask === null ? fingerprint : `${fingerprint} ${this.#credentialsTask.fingerprint}`;
  }

  translate(): TranslatedTask<VcfTask> {
    const leftOut = [...(this.#task?.leftOut ?? []), ...(this.#credentialsTask?.leftOut ?? [])];
    return translateVcfTask(this.#sourceName, this.sourceTaskId, this.#readParts(), leftOut);
  }

  readPayload(): JsonObject {
    return composePayload(this.#readParts());
  }

  #readParts(): WireParts {
    return { task: this.#task?.wire() ?? null, credentialsTask: this.#credentialsTask?.wire() ?? null };
  }
}

/** A part of a cached payload, as if the plane had sent it. */
export function toElement(id: string, wire: JsonObject): VcfElement {
  return { id, createdAt: null, fingerprint: computeFingerprint(wire), wire: () => wire, leftOut: [] };
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
    operation: internNonBlank(subtask.type),
    status: state.status,
    sourceStatus: state.sourceStatus,
    isFinished: state.isFinished,
    isSuccessful: state.isSuccessful,
    createdAt: state.createdAt,
    startedAt: null,
    finishedAt: state.finishedAt,
    failures: state.failures,
    progress: state.progress,
    resources: toVcfResources(sourceName, subtask.resources),
    stages: shareEmpty(stages.map((stage) => stage.node)),
    children: shareEmpty(children.map((child) => child.node)),
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
    operation: internNonBlank(stage.type),
    status: state.status,
    sourceStatus: state.sourceStatus,
    isFinished: state.isFinished,
    isSuccessful: state.isSuccessful,
    createdAt: state.createdAt,
    startedAt: null,
    finishedAt: state.finishedAt,
    failures: state.failures,
    progress: state.progress,
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
    status: state.status,
    sourceStatus: state.sourceStatus,
    isFinished: state.isFinished,
    isSuccessful: state.isSuccessful,
    createdAt: state.createdAt,
    startedAt: null,
    finishedAt: state.finishedAt,
    failures: state.failures,
    progress: state.progress,
    resourceName: nonBlank(subtask.resourceName),
    entityType: nonBlank(subtask.entityType),
    username: nonBlank(subtask.username),
    credentialType: nonBlank(subtask.credentialType),
    children: shareEmpty(children.map((child) => child.node)),
  };
  return { node, report };
}

function internNonBlank(value: string | null | undefined): string | null {
  const text = nonBlank(value);
  return text === null ? null : internText(text);
}

/** Translates the resources that a task or subtask works on. */
function toVcfResources(sourceName: string, resources: readonly WireResource[] | null | undefined): readonly TaskResource[] {
  const translated = (resources ?? []).map((resource): TaskResource => ({
    __typename: 'TaskResource',
    id: formatResourceId(sourceName, resource.resourceId),
    sourceResourceId: resource.resourceId,
    type: nonBlank(resource.type),
    name: nonBlank(resource.name),
    fqdn: nonBlank(resource.fqdn),
    uri: null,
    sourceName,
  }));
  return shareEmpty(translated);
}
