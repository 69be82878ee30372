import { registerEnumType } from 'type-graphql';

export const TaskOrderDirection = {
  ASC: 'ASC',
  DESC: 'DESC',
} as const;
export type TaskOrderDirection = keyof typeof TaskOrderDirection;

registerEnumType(TaskOrderDirection, {
  name: 'TaskOrderDirection',
  description: 'Direction in which tasks are ordered.',
  valuesConfig: {
    ASC: { description: 'Smallest values and earliest times come first.' },
    DESC: { description: 'Largest values and latest times come first.' },
  },
});
