import { registerEnumType } from 'type-graphql';

export const TaskActionBlockerCode = {
  NOT_SUPPORTED_BY_SOURCE: 'NOT_SUPPORTED_BY_SOURCE',
  WRONG_STATUS: 'WRONG_STATUS',
  REFUSED_BY_TASK: 'REFUSED_BY_TASK',
  ALREADY_IN_PROGRESS: 'ALREADY_IN_PROGRESS',
  NEEDS_INPUT: 'NEEDS_INPUT',
  DENIED: 'DENIED',
  SOURCE_UNAVAILABLE: 'SOURCE_UNAVAILABLE',
  LEDGER_UNAVAILABLE: 'LEDGER_UNAVAILABLE',
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
    DISABLED_BY_OPERATOR: { description: 'The configuration of this gateway forbids this action for the source.' },
    OTHER: { description: 'A reason that fits no other category.' },
  },
});
