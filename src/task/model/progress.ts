import { Field, Float, Int, ObjectType } from 'type-graphql';

import { TaskProgressBasis } from './progress-basis.js';

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
