import { Field, InputType } from 'type-graphql';

import { TaskOrderDirection } from './order-direction.js';
import { TaskOrderField } from './order-field.js';

@InputType({ description: 'An order of tasks. Nulls last in both directions; ties by id, ascending.' })
export class TaskOrder {
  @Field(() => TaskOrderField, { description: 'By this.', defaultValue: 'CREATED_AT' })
  field!: TaskOrderField;

  @Field(() => TaskOrderDirection, { description: 'In this direction.', defaultValue: 'DESC' })
  direction!: TaskOrderDirection;
}
