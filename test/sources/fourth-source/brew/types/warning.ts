import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../../../src/model/task-warning.js';

@ObjectType({ description: 'From a coffee machine.', implements: TaskWarningFields })
export class BrewWarning extends TaskWarningFields {
  override readonly __typename!: 'BrewWarning';

  @Field(() => String, { description: 'Which part of the machine it speaks of.' })
  part!: string;
}
