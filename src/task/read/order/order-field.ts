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
  description: 'A field by which tasks can be ordered. Values may be added.',
  valuesConfig: {
    CREATED_AT: { description: 'Order by createdAt, when the task was created at its control plane.' },
    CHANGED_AT: { description: 'Order by changedAt, when this gateway last saw the task change.' },
    FINISHED_AT: { description: 'Order by finishedAt, when the work ended.' },
    NAME: { description: 'Order by name, compared by Unicode code points.' },
  },
});
