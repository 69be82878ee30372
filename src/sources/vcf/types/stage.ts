import { Field, Int, ObjectType } from 'type-graphql';

import { TaskLifecycle } from '../../../task/model/lifecycle.js';

@ObjectType({ description: 'A stage of a subtask of SDDC Manager.', implements: TaskLifecycle })
export class VcfStage extends TaskLifecycle {
  override readonly __typename!: 'VcfStage';

  @Field(() => Int, { description: 'Position among the stages of its subtask, from 0, in the order of SDDC Manager.' })
  index!: number;
}
