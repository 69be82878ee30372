import { Field, ObjectType } from 'type-graphql';

import { Task } from '../../../../../src/model/task.js';

@ObjectType({ description: 'A brew of a coffee machine.', implements: Task })
export class BrewTask extends Task {
  override readonly __typename!: 'BrewTask';

  @Field(() => String, { description: 'The beans that it is made of.', nullable: true })
  beans!: string | null;
}
