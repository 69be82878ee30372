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
    ACCEPTED: { description: 'The plane took the request; the task may still take a while to show it.' },
    REJECTED: { description: 'Nothing was changed.' },
    UNKNOWN: { description: 'It was sent and no answer came back; it is never sent again by itself.' },
  },
});
