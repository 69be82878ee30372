import { Field, InputType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';

@InputType({ description: 'Input of the mutation trackTask.' })
export class TrackTaskInput {
  @Field(() => String, { description: 'Name of the source whose control plane has the task, as configured.' })
  sourceName!: string;

  @Field(() => String, { description: 'Id of the task on its control plane.' })
  sourceTaskId!: string;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}
