import { registerEnumType } from 'type-graphql';

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
