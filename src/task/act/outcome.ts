import { registerEnumType } from 'type-graphql';

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
