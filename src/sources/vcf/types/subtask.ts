import { Field, Int, ObjectType } from 'type-graphql';

import { TaskLifecycle } from '../../../task/model/lifecycle.js';
import { TaskResource } from '../../../task/model/resource.js';
import { Url } from '../../../task/scalars/url.js';
import { VcfStage } from './stage.js';

@ObjectType({ description: 'A subtask of an SDDC Manager task.', implements: TaskLifecycle })
export class VcfSubtask extends TaskLifecycle {
  override readonly __typename!: 'VcfSubtask';

  @Field(() => Int, { description: 'Place among its siblings; SDDC Manager gives subtasks no id.' })
  index!: number;

  @Field(() => [TaskResource], { description: 'What it works on.' })
  resources!: readonly TaskResource[];

  @Field(() => [VcfStage], { description: 'Its stages.' })
  stages!: readonly VcfStage[];

  @Field(() => [VcfSubtask], { description: 'Its own subtasks.' })
  children!: readonly VcfSubtask[];

  @Field(() => Url, { description: 'Where to read more.', nullable: true })
  documentationUrl!: string | null;
}
