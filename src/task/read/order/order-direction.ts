import { registerEnumType } from 'type-graphql';

export const TaskOrderDirection = {
  ASC: 'ASC',
  DESC: 'DESC',
} as const;
export type TaskOrderDirection = keyof typeof TaskOrderDirection;

registerEnumType(TaskOrderDirection, {
  name: 'TaskOrderDirection',
  description: 'A direction.',
  valuesConfig: {
    ASC: { description: 'Smallest first.' },
    DESC: { description: 'Largest first.' },
  },
});
