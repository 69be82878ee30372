import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';

@ObjectType({ description: 'How far a task or subtask is.' })
export class TaskProgress {
  @Field(() => Float, {
    description:
      'Percentage of the work that is done, from 0 to 100. It has at most one decimal, and is below 100 until the work is finished.',
  })
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

/**
 * The figure of a `TaskProgress`, rounded to one decimal; 100 only for finished work of which nothing is left.
 *
 * @param share of the work that is done, from 0 to 1; what lies outside is cut off.
 */
export function toPercent(share: number, isFinished: boolean): number {
  const percent = Math.round(Math.max(0, share) * 1_000) / 10;
  return Math.min(isFinished && share >= 1 ? 100 : 99.9, percent);
}
