import { registerEnumType } from 'type-graphql';

export const TaskActionKind = {
  RETRY: 'RETRY',
  CANCEL: 'CANCEL',
} as const;
export type TaskActionKind = keyof typeof TaskActionKind;

registerEnumType(TaskActionKind, {
  name: 'TaskActionKind',
  description: 'What a plane can be asked to do with a task. New values may come.',
  valuesConfig: {
    RETRY: { description: 'Run it again.' },
    CANCEL: { description: 'Stop it.' },
  },
});
