import { Field, Int, ObjectType } from 'type-graphql';

import { TaskLifecycle } from '../../../task/model/lifecycle.js';

@ObjectType({ description: 'A stage of a subtask.', implements: TaskLifecycle })
export class VcfStage extends TaskLifecycle {
  override readonly __typename!: 'VcfStage';

  @Field(() => Int, { description: 'Place among its siblings.' })
  index!: number;
}
