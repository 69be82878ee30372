import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';

@ObjectType({ description: 'How far a task or subtask is.' })
export class TaskProgress {
  @Field(() => Float, { description: 'Percentage of the work that is done, from 0 to 100.' })
  percent!: number;

  @Field(() => TaskProgressBasis, { description: 'How the percentage was obtained.' })
  basis!: TaskProgressBasis;

  @Field(() => Int, {
    description: 'Number of finished leaves of the tree of subtasks. Null when the control plane reports the percentage itself.',
    nullable: true,
  })
  completedSteps!: number | null;

  @Field(() => Int, {
    description: 'Number of all leaves of the tree of subtasks. Null when the control plane reports the percentage itself.',
    nullable: true,
  })
  totalSteps!: number | null;
}

const TaskProgressBasis = {
  REPORTED: 'REPORTED',
  DERIVED_FROM_SUBTASKS: 'DERIVED_FROM_SUBTASKS',
} as const;
type TaskProgressBasis = keyof typeof TaskProgressBasis;

registerEnumType(TaskProgressBasis, {
  name: 'TaskProgressBasis',
  description: 'How the figures of a TaskProgress were obtained.',
  valuesConfig: {
    REPORTED: { description: 'The control plane reported the percentage itself.' },
    DERIVED_FROM_SUBTASKS: { description: 'This gateway counted the finished subtasks, because the control plane reports no percentage.' },
  },
});
