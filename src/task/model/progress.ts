import { Field, Float, Int, ObjectType } from 'type-graphql';

import { TaskProgressBasis } from './progress-basis.js';

@ObjectType({ description: 'How far work is.' })
export class TaskProgress {
  @Field(() => Float, { description: '0 to 100.' })
  percent!: number;

  @Field(() => TaskProgressBasis, { description: 'Where the figure comes from.' })
  basis!: TaskProgressBasis;

  @Field(() => Int, { description: 'Finished leaves of the subtask tree.', nullable: true })
  completedSteps!: number | null;

  @Field(() => Int, { description: 'All leaves.', nullable: true })
  totalSteps!: number | null;
}
