import type { TaskStatusChange } from '../model/history.js';
import { computeDuration, type JsonObject } from '../model/scalars.js';
import { type ObservedWork, observeStart } from '../model/task-lifecycle.js';
import type { Task } from '../model/task.js';

/**
 * The last observed state of each task, and each change of its status. Task ids are global ids. Secrets are removed
 * before anything is written. Every method may fail.
 */
export interface HistoryStore {
  /** Records tasks as they were observed last. For a task whose state is recorded already nothing is written. */
  record(observations: readonly TaskObservation[]): Promise<void>;
  /** Ids, on the plane, of the recorded tasks of a source that are not forgotten. */
  readPresentSourceTaskIds(sourceName: string): Promise<readonly string[]>;
  /** The recorded tasks, forgotten or not, by id; an unknown id is missing from the result. */
  readTasks(taskIds: readonly string[]): Promise<ReadonlyMap<string, StoredTask>>;
  /** The forgotten children of tasks of a source, by the id of the parent on the plane. */
  readForgottenChildren(sourceName: string, parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Task[]>>;
  /** The forgotten tasks of a source, newest first. */
  readForgottenTasks(sourceName: string, filter: ForgottenTaskFilter): Promise<readonly Task[]>;
  /**
   * What planes sent of tasks, without secrets, by task id; a task without a stored payload is missing from the result.
   */
  readPayloads(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>>;
  /** The observed statuses of tasks, oldest first, the last `maxStatusChanges` of each, by task id. */
  readStatusChanges(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>>;
  /**
   * How long the newest successful tasks of each operation ran, in milliseconds; see `measureDuration`. At most `maxDurationSamples` of each,
   * in the order of the operations.
   */
  readDurations(operations: readonly SourceOperation[]): Promise<readonly (readonly number[])[]>;
}

/** What was observed of a task since its last record. */
export interface TaskObservation {
  readonly id: string;
  /** Null: nothing newer than the recorded state. */
  readonly task: Task | null;
  /** The observed statuses, oldest first; the first may be the one that was recorded last. */
  readonly changes: readonly TaskStatusChange[];
  /**
   * When the task was found gone from its plane, and when it was last read, in milliseconds since 1970; null while the
   * plane has it.
   */
  readonly forgotten: { readonly at: number; readonly observedAt: number | null } | null;
}

/** A recorded task. Its payload is null, because payloads are stored apart. */
export interface StoredTask {
  readonly task: Task;
  /** When it was found gone from its plane, in milliseconds since 1970; null while the plane has it. */
  readonly forgottenAt: number | null;
}

export interface ForgottenTaskFilter {
  /** Milliseconds since 1970; null is no bound. A bound excludes tasks without a time of creation. */
  readonly createdAfter: number | null;
  readonly createdBefore: number | null;
  readonly atMost: number;
}

/** An operation of a source, whose tasks take comparable times. */
export interface SourceOperation {
  readonly sourceName: string;
  readonly operation: string;
}

/** A task that changes its status for ever must not fill the store. */
export const maxStatusChanges = 100;

/**
 * Selects the statuses that differ from the one before; the first is compared with the one that was recorded last. A
 * plane may spell the same status in several ways, so another spelling is a change only for a status that Tributary
 * does not know.
 */
export function selectStatusChanges(
  { changes }: Pick<TaskObservation, 'changes'>,
  recorded: Pick<TaskStatusChange, 'status' | 'sourceStatus'> | undefined,
): readonly TaskStatusChange[] {
  let last = recorded;
  return changes.filter((change) => {
    const isOtherUnknown = change.status === 'UNKNOWN' && change.sourceStatus !== last?.sourceStatus;
    const differs = change.status !== last?.status || isOtherUnknown;
    last = change;
    return differs;
  });
}

/**
 * The task with `observedStart` as its recorded statuses tell it, oldest first. What the gateway observed before it was
 * started last is in them, and not in the task.
 */
export function withRecordedStart(task: Task, changes: readonly TaskStatusChange[]): Task {
  const recorded = findRecordedStart(task, changes);
  if (recorded === task.observedStart) return task;
  const { observedStart: _observedStart, ...rest } = task;
  return recorded === undefined ? rest : { ...rest, observedStart: recorded };
}

/** `observedStart` of a task by its recorded statuses, oldest first; undefined: absent. */
export function findRecordedStart({ createdAt }: Task, changes: readonly TaskStatusChange[]): number | null | undefined {
  let last: ObservedWork | undefined;
  for (const { status, at } of changes) {
    const state: ObservedWork = { status, createdAt, finishedAt: null };
    const observedStart = observeStart(last, state, at);
    last = observedStart === undefined ? state : { ...state, observedStart };
  }
  return last?.observedStart;
}

/**
 * How long a successful task ran, in milliseconds; null for other tasks, and where its start was neither reported nor
 * seen, or its times cannot be trusted. An estimate from times that contain waiting and failed attempts is worse than
 * none.
 */
export function measureDuration(task: Task, changes: readonly TaskStatusChange[]): number | null {
  const hasSucceeded = task.status === 'SUCCEEDED' || task.status === 'SUCCEEDED_WITH_WARNINGS';
  return hasSucceeded ? computeDuration(task.startedAt ?? findSeenStart(task, changes), task.finishedAt) : null;
}

/**
 * A task that was running when it was seen first may have run for any time before. So long after its creation it counts
 * as seen from the start: two reads of a list are usually no further apart.
 */
const maxUnseenMs = 120_000;

/** Nor does it matter where the time before is a small share of the whole. */
const maxUnseenShare = 0.1;

function findSeenStart(task: Task, changes: readonly TaskStatusChange[]): number | null {
  if (task.isStartReported === true) return null;
  const recorded = findRecordedStart(task, changes);
  if (recorded !== undefined) return recorded;
  const [first] = changes;
  const { createdAt, finishedAt } = task;
  if (first?.status !== 'RUNNING' || createdAt === null || finishedAt === null) return null;
  const isSeen = first.at - createdAt <= Math.max(maxUnseenMs, maxUnseenShare * (finishedAt - createdAt));
  return isSeen ? createdAt : null;
}
