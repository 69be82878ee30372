import { Field, ObjectType } from 'type-graphql';

import { InlineList } from './field-metadata.js';
import { Url } from './scalars.js';

@ObjectType({
  description: 'A reason why a task, a subtask or a stage failed. Failures are nested, because control planes nest their causes.',
})
export class TaskFailure {
  @Field(() => String, {
    description:
      'Error code of the control plane. Null when the control plane gives none. A code from JSON inside the message counts where there is no other.',
    nullable: true,
  })
  code!: string | null;

  @Field(() => String, {
    description:
      'What went wrong, as a human-readable text of the control plane. JSON inside it is replaced by the messages and reasons that it contains; Task.raw has all of it.',
  })
  message!: string;

  @Field(() => String, {
    description: 'What the control plane recommends to do about it. Null when it recommends nothing.',
    nullable: true,
  })
  remediation!: string | null;

  @Field(() => Url, { description: 'Web page with more about the remedy. Null when the control plane names none.', nullable: true })
  remediationUrl!: string | null;

  @Field(() => String, {
    description:
      'Reference under which the support of the control plane finds the failure: the referenceToken of SDDC Manager or the correlationID of Astra Control. Null when there is none.',
    nullable: true,
  })
  referenceToken!: string | null;

  @Field(() => [String], {
    description:
      'Names of the subtasks and stages that lead to the one that reported the failure, outermost first; empty when the task itself reported it.',
  })
  subtaskPath!: readonly string[];

  @InlineList()
  @Field(() => [TaskFailure], { description: 'The failures that caused this one; empty when the control plane names none.' })
  causes!: readonly TaskFailure[];
}

/**
 * Finds the deepest failure; the subtasks that lead to it and the causes above it both count, and of equally deep ones
 * the first is taken. It inherits the code, remediation, link and reference token of the failures around it, which
 * causes seldom repeat.
 */
export function findRootCause(failures: readonly TaskFailure[]): TaskFailure | null {
  let deepest: { failure: TaskFailure; depth: number } | null = null;
  const pending = failures.map((failure) => ({ failure, depth: failure.subtaskPath.length })).reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { failure, depth } = next;
    if (deepest === null || depth > deepest.depth) deepest = next;
    // One by one: there may be more of them than a call can have arguments.
    for (const cause of failure.causes.toReversed()) pending.push({ failure: inherit(cause, failure), depth: depth + 1 });
  }
  return deepest?.failure ?? null;
}

function inherit(cause: TaskFailure, parent: TaskFailure): TaskFailure {
  return {
    ...cause,
    code: cause.code ?? parent.code,
    remediation: cause.remediation ?? parent.remediation,
    remediationUrl: cause.remediationUrl ?? parent.remediationUrl,
    referenceToken: cause.referenceToken ?? parent.referenceToken,
  };
}
