import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../../src/model/task-warning.js';
import { Task } from '../../../../src/model/task.js';

@ObjectType({ description: 'A brew of a coffee machine.', implements: Task })
export class BrewTask extends Task {
  override readonly __typename!: 'BrewTask';

  @Field(() => String, { description: 'The beans that it is made of.', nullable: true })
  beans!: string | null;
}

@ObjectType({ description: 'A warning from a coffee machine.', implements: TaskWarningFields })
export class BrewWarning extends TaskWarningFields {
  override readonly __typename!: 'BrewWarning';

  @Field(() => String, { description: 'The part of the machine that needs attention.' })
  part!: string;
}
