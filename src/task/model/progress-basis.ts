import { registerEnumType } from 'type-graphql';

export const TaskProgressBasis = {
  REPORTED: 'REPORTED',
  DERIVED_FROM_SUBTASKS: 'DERIVED_FROM_SUBTASKS',
} as const;
export type TaskProgressBasis = keyof typeof TaskProgressBasis;

registerEnumType(TaskProgressBasis, {
  name: 'TaskProgressBasis',
  description: 'How the figures of a TaskProgress were obtained.',
  valuesConfig: {
    REPORTED: { description: 'The control plane reported the percentage itself.' },
    DERIVED_FROM_SUBTASKS: { description: 'This gateway counted the finished subtasks, because the control plane reports no percentage.' },
  },
});
