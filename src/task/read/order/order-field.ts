import { registerEnumType } from 'type-graphql';

export const TaskOrderField = {
  CREATED_AT: 'CREATED_AT',
  CHANGED_AT: 'CHANGED_AT',
  FINISHED_AT: 'FINISHED_AT',
  NAME: 'NAME',
} as const;
export type TaskOrderField = keyof typeof TaskOrderField;

registerEnumType(TaskOrderField, {
  name: 'TaskOrderField',
  description: 'What tasks can be ordered by. New values may come.',
  valuesConfig: {
    CREATED_AT: { description: 'When the plane accepted it.' },
    CHANGED_AT: { description: 'When this gateway last saw it differ.' },
    FINISHED_AT: { description: 'When work ended.' },
    NAME: { description: 'By Unicode code points.' },
  },
});
