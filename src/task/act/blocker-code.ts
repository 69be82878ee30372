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
  description: 'New values may come; treat an unknown one as OTHER.',
  valuesConfig: {
    NOT_SUPPORTED_BY_SOURCE: { description: 'The plane has no such call.' },
    WRONG_STATUS: { description: 'For example a retry of a task that has not failed.' },
    REFUSED_BY_TASK: { description: 'The plane says that this task cannot.' },
    ALREADY_IN_PROGRESS: { description: 'Another action on it is under way.' },
    NEEDS_INPUT: { description: 'For example a credentials update: use retryVcfCredentialsTask.' },
    DENIED: { description: 'The caller lacks the right.' },
    SOURCE_UNAVAILABLE: { description: 'The plane does not answer.' },
    LEDGER_UNAVAILABLE: { description: 'The action could not be recorded, so it is not sent.' },
    DISABLED_BY_OPERATOR: { description: 'Switched off in the configuration.' },
    OTHER: { description: 'Anything else.' },
  },
});
