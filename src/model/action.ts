import { Field, ObjectType, registerEnumType } from 'type-graphql';

import { InlineList } from './field-metadata.js';
import type { TaskSourceProblem } from './source-problem.js';

export const TaskActionKind = {
  RETRY: 'RETRY',
  CANCEL: 'CANCEL',
} as const;
export type TaskActionKind = keyof typeof TaskActionKind;

registerEnumType(TaskActionKind, {
  name: 'TaskActionKind',
  description: 'An action that can be requested for a task. Values may be added.',
  valuesConfig: {
    RETRY: { description: 'Run the failed task again.' },
    CANCEL: { description: 'Stop the task, or give up one that has failed.' },
  },
});

export const TaskActionOutcome = {
  ACCEPTED: 'ACCEPTED',
  REJECTED: 'REJECTED',
  UNKNOWN: 'UNKNOWN',
} as const;
export type TaskActionOutcome = keyof typeof TaskActionOutcome;

registerEnumType(TaskActionOutcome, {
  name: 'TaskActionOutcome',
  description: 'What became of an action.',
  valuesConfig: {
    ACCEPTED: { description: 'The control plane accepted the request; it may take some time until the task shows it.' },
    REJECTED: { description: 'Nothing was changed, because the action was not allowed or the control plane refused it.' },
    UNKNOWN: { description: 'The request was sent, but no answer says whether it took effect; the gateway does not send it again.' },
  },
});

export const TaskActionBlockerCode = {
  NOT_SUPPORTED_BY_SOURCE: 'NOT_SUPPORTED_BY_SOURCE',
  WRONG_STATUS: 'WRONG_STATUS',
  REFUSED_BY_TASK: 'REFUSED_BY_TASK',
  ALREADY_IN_PROGRESS: 'ALREADY_IN_PROGRESS',
  NEEDS_INPUT: 'NEEDS_INPUT',
  DENIED: 'DENIED',
  SOURCE_UNAVAILABLE: 'SOURCE_UNAVAILABLE',
  LEDGER_UNAVAILABLE: 'LEDGER_UNAVAILABLE',
  RATE_LIMITED: 'RATE_LIMITED',
  DISABLED_BY_OPERATOR: 'DISABLED_BY_OPERATOR',
  OTHER: 'OTHER',
} as const;
export type TaskActionBlockerCode = keyof typeof TaskActionBlockerCode;

registerEnumType(TaskActionBlockerCode, {
  name: 'TaskActionBlockerCode',
  description: 'Category of a reason why an action is not allowed. Values may be added; treat one that you do not know as OTHER.',
  valuesConfig: {
    NOT_SUPPORTED_BY_SOURCE: { description: 'The control plane has no API call for this action.' },
    WRONG_STATUS: { description: 'The status of the task does not permit the action, for example a retry of a task that has not failed.' },
    REFUSED_BY_TASK: { description: 'The control plane marks this task as one that cannot be retried or cancelled.' },
    ALREADY_IN_PROGRESS: { description: 'An action on this task was sent a moment ago, and the status of the task has not changed since.' },
    NEEDS_INPUT: {
      description: 'The action needs further input, for example the credentials of a credentials update; use retryVcfCredentialsTask.',
    },
    DENIED: { description: 'The caller does not have the right to this action on tasks of this source.' },
    SOURCE_UNAVAILABLE: { description: 'The control plane does not answer at the moment.' },
    LEDGER_UNAVAILABLE: { description: 'The store of this gateway cannot record the action at the moment, so the action is not sent.' },
    RATE_LIMITED: {
      description: 'The caller has used up the actions of a minute; the mutation would be refused with the error code RATE_LIMITED.',
    },
    DISABLED_BY_OPERATOR: { description: 'The configuration of this gateway forbids this action for the source.' },
    OTHER: { description: 'A reason that fits no other category.' },
  },
});

@ObjectType({ description: 'A reason why an action on a task is not allowed now.' })
export class TaskActionBlocker {
  @Field(() => TaskActionBlockerCode, { description: 'Category of the reason, for programs.' })
  code!: TaskActionBlockerCode;

  @Field(() => String, { description: 'The reason as a human-readable text.' })
  message!: string;
}

@ObjectType({ description: 'Whether the caller may request an action on a task now, and if not, why.' })
export class TaskActionAvailability {
  @Field(() => Boolean, { description: 'Whether the action is allowed now: true exactly when blockers is empty.' })
  isAllowed!: boolean;

  @InlineList()
  @Field(() => [TaskActionBlocker], { description: 'All reasons why the action is not allowed now; empty when it is allowed.' })
  blockers!: readonly TaskActionBlocker[];

  @Field(() => String, {
    description:
      'What the control plane does when it accepts the action, in one sentence. Null when the control plane has no API call for the action.',
    nullable: true,
  })
  effect!: string | null;
}

/** An action, and its input beyond the task. */
export interface ActionCommand {
  readonly action: TaskActionKind;
  /** Null for the mutations of all sources; otherwise the input of a mutation for sources of one kind. */
  readonly input: SourceInput | null;
}

/** Input for sources of one kind. */
export interface SourceInput {
  /** A value of TaskSourceKind. */
  readonly kind: string;
  /** Name of the mutation. */
  readonly mutation: string;
  readonly value: unknown;
}

/** The result of the one request that an action sends. */
export type ActionResponse =
  /** The plane accepted the action. */
  | { readonly outcome: 'ACCEPTED' }
  /** Nothing was changed. */
  | {
      readonly outcome: 'REJECTED';
      readonly reason: 'NOT_FOUND' | 'CONFLICT' | 'PROBLEM';
      readonly problem: TaskSourceProblem;
      /** Whether the same action may succeed later and can be requested again safely. */
      readonly isRetryable: boolean;
      /** In milliseconds, at most one hour. */
      readonly retryAfterMs: number | null;
    }
  /** The request was sent, and no response says whether the plane accepted it. */
  | { readonly outcome: 'UNKNOWN'; readonly problem: TaskSourceProblem };
