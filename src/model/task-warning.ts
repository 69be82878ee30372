import { createUnionType, Field, InterfaceType, ObjectType } from 'type-graphql';

import { DateTime, isTrustedInstant } from './scalars.js';

@InterfaceType({ description: 'The fields that all members of the union TaskWarning share.' })
export abstract class TaskWarningFields {
  /** Name of the object type. */
  readonly __typename!: string;

  @Field(() => String, { description: 'Code of the warning, for programs. Null when the control plane gives none.', nullable: true })
  code!: string | null;

  @Field(() => String, { description: 'The warning as a human-readable text.' })
  message!: string;
}

@ObjectType({
  description:
    'A warning of this gateway: the control plane sent a status that has no counterpart in TaskStatus, or sent none, so that the status is UNKNOWN.',
  implements: TaskWarningFields,
})
class UnmappedStatusWarning extends TaskWarningFields {
  override readonly __typename!: 'UnmappedStatusWarning';

  @Field(() => String, { description: 'Always UNMAPPED_STATUS; a constant that programs can compare with.', nullable: true })
  override code!: string | null;

  @Field(() => String, { description: 'The status exactly as the control plane sent it; null when it sent none.', nullable: true })
  sourceStatus!: string | null;
}

@ObjectType({
  description:
    'A warning of this gateway: the control plane does not answer, or no longer has the task, so that the last known state of the task is shown. The same holds while the control plane has not answered yet and a list did not wait for it any longer.',
  implements: TaskWarningFields,
})
class StaleDataWarning extends TaskWarningFields {
  override readonly __typename!: 'StaleDataWarning';

  @Field(() => String, { description: 'Always STALE_DATA; a constant that programs can compare with.', nullable: true })
  override code!: string | null;

  @Field(() => DateTime, { description: 'When the state that is shown was read from the control plane.' })
  observedAt!: number;

  /** Whether no read has failed: one is under way, and was not waited for any longer. Not in the schema; absent otherwise. */
  isOverdue?: true;
}

@ObjectType({
  description: 'A warning of this gateway: some fields that the control plane sent could not be read and were dropped.',
  implements: TaskWarningFields,
})
export class MalformedDataWarning extends TaskWarningFields {
  override readonly __typename!: 'MalformedDataWarning';

  @Field(() => String, { description: 'Always MALFORMED_DATA; a constant that programs can compare with.', nullable: true })
  override code!: string | null;

  @Field(() => [String], { description: 'Names of the fields that could not be read, as the control plane spells them.' })
  fields!: readonly string[];
}

@ObjectType({
  description:
    'A warning of this gateway: the control plane sent times of the task that cannot be right, because they are before the year 2000, or because the end is before the start. They are shown as they were sent, and nothing is computed from them.',
  implements: TaskWarningFields,
})
class ImplausibleTimesWarning extends TaskWarningFields {
  override readonly __typename!: 'ImplausibleTimesWarning';

  @Field(() => String, { description: 'Always IMPLAUSIBLE_TIMES; a constant that programs can compare with.', nullable: true })
  override code!: string | null;

  @Field(() => [String], { description: 'Names of the fields of the task whose times cannot be right, as this schema spells them.' })
  fields!: readonly string[];
}

export const TaskWarning = createUnionType({
  name: 'TaskWarning',
  description: 'Something worth knowing about a task that did not make it fail, reported by its control plane or added by this gateway.',
  types: () => [UnmappedStatusWarning, StaleDataWarning, MalformedDataWarning, ImplausibleTimesWarning] as const,
});

/** Any warning, including those that sources add. */
export type TaskWarning = TaskWarningFields;

/** For a status that the table of its plane does not contain. */
export function unmappedStatusWarning(sourceStatus: string | null): UnmappedStatusWarning {
  return {
    __typename: 'UnmappedStatusWarning',
    code: 'UNMAPPED_STATUS',
    message: sourceStatus === null ? 'The plane sent no status.' : 'The plane sent a status that this gateway does not know.',
    sourceStatus,
  };
}

/** What was left out of a list, or of an object, because the plane sent too much. */
export interface LeftOutPart {
  /** Of the member that has it, as the plane spells it; empty where it has none, or there are too many to name. */
  readonly name: string;
  /** How many elements, or members. */
  readonly count: number;
}

/** For fields, in the plane's names, that could not be read, and for what was left out; no warnings when both lists are empty. */
export function malformedDataWarnings(fields: readonly string[], leftOut: readonly LeftOutPart[] = []): readonly MalformedDataWarning[] {
  const warnings: MalformedDataWarning[] = [];
  if (fields.length > 0) warnings.push(malformedDataWarning('Some fields that the plane sent could not be read.', fields));
  if (leftOut.length === 0) return warnings;
  const counts = leftOut.map(({ name, count }) => (name === '' ? `${count} others` : `${count} of ${name}`)).join(', ');
  const names = leftOut.flatMap(({ name }) => (name === '' ? [] : [name]));
  warnings.push(malformedDataWarning(`The plane sent more of one task than is read. Left out: ${counts}.`, names));
  return warnings;
}

function malformedDataWarning(message: string, fields: readonly string[]): MalformedDataWarning {
  return { __typename: 'MalformedDataWarning', code: 'MALFORMED_DATA', message, fields };
}

/** The times of a task, in milliseconds since 1970. */
interface TaskTimes {
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** For times that cannot be right; no warning when all can. */
export function implausibleTimesWarnings({ createdAt, updatedAt, startedAt, finishedAt }: TaskTimes): readonly ImplausibleTimesWarning[] {
  const start = startedAt ?? createdAt;
  const endsBeforeStart = start !== null && finishedAt !== null && finishedAt < start;
  const isWrong = {
    createdAt: isEarly(createdAt),
    updatedAt: isEarly(updatedAt),
    startedAt: isEarly(startedAt),
    finishedAt: isEarly(finishedAt) || endsBeforeStart,
  };
  const fields = Object.entries(isWrong).flatMap(([name, wrong]) => (wrong ? [name] : []));
  if (fields.length === 0) return [];
  const message = 'The plane sent times that cannot be right: before the year 2000, or an end before its start.';
  return [{ __typename: 'ImplausibleTimesWarning', code: 'IMPLAUSIBLE_TIMES', message, fields }];
}

function isEarly(instant: number | null): boolean {
  return instant !== null && !isTrustedInstant(instant);
}

/** For a task of a plane that does not answer: the task is as it was last read. */
export function staleDataWarning(observedAt: number): StaleDataWarning {
  return {
    __typename: 'StaleDataWarning',
    code: 'STALE_DATA',
    message: 'The plane does not answer; this is what was last known.',
    observedAt,
  };
}

/** For a task of a plane that is slow to answer: the task is as it was last read. */
export function overdueDataWarning(observedAt: number): StaleDataWarning {
  return {
    __typename: 'StaleDataWarning',
    code: 'STALE_DATA',
    message: 'The plane has not answered yet; this is what was last known.',
    observedAt,
    isOverdue: true,
  };
}

/** Whether the plane failed to answer, or no longer has the task; not where its answer is only overdue. */
export function isUnansweredWarning(warning: TaskWarning): boolean {
  return warning.__typename === 'StaleDataWarning' && (warning as StaleDataWarning).isOverdue !== true;
}

/** For a forgotten task: the task is as it was last read. */
export function forgottenTaskWarning(observedAt: number): StaleDataWarning {
  return {
    __typename: 'StaleDataWarning',
    code: 'STALE_DATA',
    message: 'The plane no longer has this task; this is what was last known.',
    observedAt,
  };
}

const ofGateway: ReadonlySet<string> = new Set([
  'UnmappedStatusWarning',
  'StaleDataWarning',
  'MalformedDataWarning',
  'ImplausibleTimesWarning',
]);

/**
 * Whether the gateway itself adds the warning: then it is no change of the task, and the filter `hasWarnings` ignores
 * it.
 */
export function isGatewayWarning(warning: TaskWarning): boolean {
  return ofGateway.has(warning.__typename);
}
