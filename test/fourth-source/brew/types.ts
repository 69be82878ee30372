import { Field, ObjectType } from 'type-graphql';

import { Task } from '../../../src/task/model/task.js';
import { TaskWarningFields } from '../../../src/task/model/warning-fields.js';

@ObjectType({ description: 'A brew of a coffee machine.', implements: Task })
export class BrewTask extends Task {
  override readonly __typename!: 'BrewTask';

  @Field(() => String, { description: 'The beans that it is made of.', nullable: true })
  beans!: string | null;
}

@ObjectType({ description: 'From a coffee machine.', implements: TaskWarningFields })
export class BrewWarning extends TaskWarningFields {
  override readonly __typename!: 'BrewWarning';

  @Field(() => String, { description: 'Which part of the machine it speaks of.' })
  part!: string;
}
