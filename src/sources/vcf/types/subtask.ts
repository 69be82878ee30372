import { Field, Int, ObjectType } from 'type-graphql';

import { TaskLifecycle } from '../../../task/model/lifecycle.js';
import { TaskResource } from '../../../task/model/resource.js';
import { Url } from '../../../task/scalars/url.js';
import { VcfStage } from './stage.js';

@ObjectType({ description: 'A subtask of a task of SDDC Manager.', implements: TaskLifecycle })
export class VcfSubtask extends TaskLifecycle {
  override readonly __typename!: 'VcfSubtask';

  @Field(() => Int, {
    description: 'Position among its sibling subtasks, from 0, in the order of SDDC Manager, which gives subtasks no id.',
  })
  index!: number;

  @Field(() => [TaskResource], { description: 'The resources that the subtask works on; empty when SDDC Manager names none.' })
  resources!: readonly TaskResource[];

  @Field(() => [VcfStage], { description: 'The stages of the subtask, in the order of SDDC Manager.' })
  stages!: readonly VcfStage[];

  @Field(() => [VcfSubtask], { description: 'The subtasks of this subtask, in the order of SDDC Manager.' })
  children!: readonly VcfSubtask[];

  @Field(() => Url, { description: 'Web page with documentation about the subtask. Null when SDDC Manager names none.', nullable: true })
  documentationUrl!: string | null;
}
