import { Field, InputType } from 'type-graphql';

import { TaskOrderDirection } from './order-direction.js';
import { TaskOrderField } from './order-field.js';

@InputType({
  description:
    'The order of tasks in a list. Tasks that have no value in the field come last in both directions; among equals, the smaller id comes first.',
})
export class TaskOrder {
  @Field(() => TaskOrderField, { description: 'The field by which tasks are ordered.', defaultValue: 'CREATED_AT' })
  field!: TaskOrderField;

  @Field(() => TaskOrderDirection, { description: 'The direction in which tasks are ordered.', defaultValue: 'DESC' })
  direction!: TaskOrderDirection;
}
