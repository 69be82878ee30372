import { Field, ObjectType } from 'type-graphql';

import { TaskActionBlockerCode } from './blocker-code.js';

@ObjectType({ description: 'A reason why an action on a task is not allowed now.' })
export class TaskActionBlocker {
  @Field(() => TaskActionBlockerCode, { description: 'Category of the reason, for programs.' })
  code!: TaskActionBlockerCode;

  @Field(() => String, { description: 'The reason as a human-readable text.' })
  message!: string;
}
