import { registerEnumType } from 'type-graphql';

export const TaskProgressBasis = {
  REPORTED: 'REPORTED',
  DERIVED_FROM_SUBTASKS: 'DERIVED_FROM_SUBTASKS',
} as const;
export type TaskProgressBasis = keyof typeof TaskProgressBasis;

registerEnumType(TaskProgressBasis, {
  name: 'TaskProgressBasis',
  description: 'Where a progress figure comes from.',
  valuesConfig: {
    REPORTED: { description: 'The plane said it.' },
    DERIVED_FROM_SUBTASKS: { description: 'Counted here.' },
  },
});
