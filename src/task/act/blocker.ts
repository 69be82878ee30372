import { Field, ObjectType } from 'type-graphql';

import { TaskActionBlockerCode } from './blocker-code.js';

@ObjectType({ description: 'A reason why an action is not possible now.' })
export class TaskActionBlocker {
  @Field(() => TaskActionBlockerCode, { description: 'For programs.' })
  code!: TaskActionBlockerCode;

  @Field(() => String, { description: 'For people.' })
  message!: string;
}
