import { Field, InterfaceType } from 'type-graphql';

import { TaskFailure } from './failure.js';
import { InlineList, Lasting } from './field-metadata.js';
import { TaskProgress } from './progress.js';
import { computeDuration, DateTime } from './scalars.js';
import { deriveCompletion, TaskStatus } from './task-status.js';

/** Description of every field that shows a status as the control plane sent it. */
export const sourceStatusDescription =
  'Status exactly as the control plane sent it. Null when it sent none, for example because the catalog reports a completed task by a redirect.';

@Lasting()
@InterfaceType({ description: 'The life cycle that tasks, subtasks and stages share.' })
export abstract class TaskLifecycle {
  /** Name of the object type. */
  readonly __typename!: string;

  @Field(() => String, {
    description:
      'Human-readable name. Where the control plane sends none, this gateway builds one from the operation, the resource, the position or the id.',
  })
  name!: string;

  @Field(() => String, {
    description: 'Longer human-readable description. Null when the control plane sends none, as the catalog does not.',
    nullable: true,
  })
  description!: string | null;

  @Field(() => String, {
    description:
      'The kind of work in the vocabulary of the control plane, for example create, astra.backup or HOST_COMMISSION; for a credentials task of SDDC Manager its operation type. Null when the control plane does not say it.',
    nullable: true,
  })
  operation!: string | null;

  @Field(() => TaskStatus, { description: 'Status in the vocabulary of this API, translated from sourceStatus.' })
  status!: TaskStatus;

  @Field(() => String, { description: sourceStatusDescription, nullable: true })
  sourceStatus!: string | null;

  @Field(() => Boolean, {
    description: 'Whether the work is over: true when no further change of the status is expected unless somebody acts on it.',
  })
  isFinished!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether the work succeeded: true for SUCCEEDED, SUCCEEDED_WITH_WARNINGS and SKIPPED, false for FAILED, CANCELLED and TIMED_OUT. Null until the work is finished.',
    nullable: true,
  })
  isSuccessful!: boolean | null;

  @Field(() => DateTime, {
    description: 'When the work was created at its control plane. Null when the control plane does not report it.',
    nullable: true,
  })
  createdAt!: number | null;

  @Field(() => DateTime, {
    description:
      'When the work started. Null before it starts, and when the control plane does not report it, as SDDC Manager and the catalog do not.',
    nullable: true,
  })
  startedAt!: number | null;

  @Field(() => DateTime, {
    description:
      'When the work ended. Null until it is finished, even when the control plane already sends an end time, and when the control plane does not report it.',
    nullable: true,
  })
  finishedAt!: number | null;

  @Field(() => TaskProgress, {
    description:
      'How far the work is. Null when nothing is known about it: the control plane reports no percentage, and there are no subtasks to count.',
    nullable: true,
  })
  progress!: TaskProgress | null;

  @InlineList()
  @Field(() => [TaskFailure], {
    description:
      'Why the work failed, as its control plane reports it; for a task or subtask that reports no failure itself, the failures of its parts. Empty unless the status is FAILED or TIMED_OUT.',
  })
  failures!: readonly TaskFailure[];

  // The members below are not in the schema of all work.

  /** Globally unique id. Of parts of a task the cache adds it; `observeParts` explains its form. */
  id?: string;

  /** Id of a subtask at its plane; null or absent where there is none. */
  sourceSubtaskId?: string | null;

  /** Whether its plane reports when work starts, so that work without `startedAt` has not started; absent otherwise. */
  isStartReported?: true;

  /**
   * When this gateway saw the last attempt begin to run, in milliseconds since 1970. Null: it saw the work wait, or an
   * earlier attempt end, and has not seen it begin since. Absent: it has seen nothing of the kind, so that the time of
   * creation stands for the start where the plane reports none.
   */
  observedStart?: number | null;

  /** The stages of a subtask, where its plane has such. */
  stages?: readonly TaskLifecycle[];

  /** The subtasks of a subtask, where its plane has such. */
  children?: readonly TaskLifecycle[];
}

/** Work that waits does not run, whatever times its plane sends. */
const waitingStatuses: ReadonlySet<TaskStatus> = new Set(['PENDING', 'QUEUED']);

/**
 * Work that has one of these has run at some time; whether work that was cancelled or skipped ever ran is not known.
 */
const statusesAfterStart: ReadonlySet<TaskStatus> = new Set([
  'RUNNING',
  'PAUSING',
  'PAUSED',
  'SUCCEEDED',
  'SUCCEEDED_WITH_WARNINGS',
  'FAILED',
  'TIMED_OUT',
]);

/** What the running time of work depends on. */
type RunningWork = Pick<
  TaskLifecycle,
  'status' | 'startedAt' | 'createdAt' | 'finishedAt' | 'isFinished' | 'isStartReported' | 'observedStart'
>;

/**
 * Milliseconds that the last attempt of the work ran, until its end, or until `now` while it is not finished; null when
 * it has not begun, and when one of the times is unknown or cannot be right.
 */
export function computeRunningTime(work: RunningWork, now: number): number | null {
  return computeDuration(findRunStart(work), work.isFinished ? work.finishedAt : now);
}

/** Whether the running time of the work grows with `now`. */
export function isRunning(work: RunningWork): boolean {
  return !work.isFinished && findRunStart(work) !== null;
}

function findRunStart({ status, startedAt, createdAt, isStartReported, observedStart }: RunningWork): number | null {
  if (waitingStatuses.has(status)) return null;
  if (startedAt !== null || isStartReported === true) return startedAt;
  if (observedStart !== undefined) return observedStart;
  return statusesAfterStart.has(status) ? createdAt : null;
}

/** A state of work, as it was observed. Where only the status was recorded, the times are null. */
export type ObservedWork = Pick<TaskLifecycle, 'status' | 'createdAt' | 'finishedAt' | 'observedStart'>;

/**
 * `observedStart` of work that is observed in the state `after`; undefined: absent.
 *
 * @param before its state until then; undefined when it was not observed.
 * @param at when it was observed, in milliseconds since 1970.
 */
export function observeStart(before: ObservedWork | undefined, after: ObservedWork, at: number): number | null | undefined {
  if (waitingStatuses.has(after.status)) return null;
  if (before === undefined) return undefined;
  const wasFinished = deriveCompletion(before.status).isFinished;
  // Some planes move the time of creation to the start; then it is exact, and nothing else is needed.
  if (before.createdAt !== after.createdAt && (wasFinished || waitingStatuses.has(before.status))) return undefined;
  if (after.status === 'RUNNING' && (wasFinished || before.observedStart === null)) return at;
  if (wasFinished) return isSameEnd(before, after) ? before.observedStart : null;
  // Work that is cancelled while it runs did run, which its status no longer says.
  const isRunKnown = before.observedStart !== undefined || statusesAfterStart.has(after.status) || !statusesAfterStart.has(before.status);
  return isRunKnown ? before.observedStart : before.createdAt;
}

/** Whether two finished states can be of the same attempt. */
function isSameEnd(before: ObservedWork, after: ObservedWork): boolean {
  const [ended, endsNow] = [deriveCompletion(before.status), deriveCompletion(after.status)];
  const isSameStatus = before.status === after.status || (ended.isSuccessful === true && endsNow.isSuccessful === true);
  return isSameStatus && (before.finishedAt === null || after.finishedAt === null || before.finishedAt === after.finishedAt);
}

/**
 * The parts of a task as they are observed after they were in the state `before`, to any depth: with an id, and with
 * `observedStart`. Planes do not give all parts an id, so the id is that of the task and the way to the part, by the ids of
 * the plane where it sends them, else by positions.
 */
export function observeParts<Work extends TaskLifecycle>(
  taskId: string,
  parts: readonly Work[],
  before: readonly TaskLifecycle[] | undefined,
  at: number,
): readonly Work[] {
  const copies = copyParts(parts);
  observeNewParts(taskId, copies, before, at);
  return copies;
}

/** The same for parts that nobody has seen yet: they are completed in place, because there are many. */
export function observeNewParts(
  taskId: string,
  parts: readonly TaskLifecycle[],
  before: readonly TaskLifecycle[] | undefined,
  at: number,
): void {
  if (parts.length > 0) observeSiblings(`${taskId}#`, parts, before, at);
}

function copyParts<Work extends TaskLifecycle>(parts: readonly Work[]): readonly Work[] {
  return parts.map((part) => {
    const copy = { ...part };
    if (part.stages !== undefined) copy.stages = copyParts(part.stages);
    if (part.children !== undefined) copy.children = copyParts(part.children);
    return copy;
  });
}

function observeSiblings(prefix: string, parts: readonly TaskLifecycle[], before: readonly TaskLifecycle[] | undefined, at: number): void {
  const ownIds = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const ownId = part.sourceSubtaskId ?? null;
    const isUnique = ownId !== null && !ownIds.has(ownId);
    if (isUnique) ownIds.add(ownId);
    const earlier = before?.[index];
    observePart(part, `${prefix}${isUnique ? `=${ownId}` : index}`, earlier?.name === part.name ? earlier : undefined, at);
  }
}

function observePart(part: TaskLifecycle, id: string, before: TaskLifecycle | undefined, at: number): void {
  const { stages = [], children = [] } = part;
  const observedStart = observeStart(before, part, at);
  part.id = id;
  if (observedStart !== undefined) part.observedStart = observedStart;
  if (stages.length > 0) observeSiblings(`${id}.s`, stages, before?.stages, at);
  if (children.length > 0) observeSiblings(`${id}.`, children, before?.children, at);
}

/** The same parts, to any depth, without what this gateway adds to them, so that what their plane says can be compared. */
export function omitPartObservations(parts: readonly TaskLifecycle[]): readonly TaskLifecycle[] {
  return parts.map(({ id: _id, observedStart: _observedStart, stages, children, ...part }) => ({
    ...part,
    ...(stages === undefined ? {} : { stages: omitPartObservations(stages) }),
    ...(children === undefined ? {} : { children: omitPartObservations(children) }),
  }));
}

/** Of two observers of the same work, `observedStart` of the first that saw it begin; else what either of them saw. */
export function mergeStarts(
  { observedStart: first }: Pick<TaskLifecycle, 'observedStart'>,
  { observedStart: second }: Pick<TaskLifecycle, 'observedStart'>,
): Pick<TaskLifecycle, 'observedStart'> {
  const observedStart = typeof first === 'number' || second === undefined ? first : second;
  return observedStart === undefined ? {} : { observedStart };
}

/**
 * The first parts, to any depth, with the starts that `mergeStarts` finds; the same array where it finds no others. Both are the
 * same parts, in the same order.
 */
export function mergePartStarts<Work extends TaskLifecycle>(
  first: readonly Work[],
  second: readonly TaskLifecycle[] | undefined,
): readonly Work[] {
  const merged = first.map((part, index) => mergePart(part, second?.[index]));
  return merged.every((part, index) => part === first[index]) ? first : merged;
}

function mergePart<Work extends TaskLifecycle>(part: Work, other: TaskLifecycle | undefined): Work {
  if (other === undefined || other.name !== part.name) return part;
  const { stages, children } = part;
  const merged = {
    ...part,
    ...mergeStarts(part, other),
    ...(stages === undefined ? {} : { stages: mergePartStarts(stages, other.stages) }),
    ...(children === undefined ? {} : { children: mergePartStarts(children, other.children) }),
  };
  const isSame = merged.observedStart === part.observedStart && merged.stages === stages && merged.children === children;
  return isSame ? part : merged;
}
