import { ArgsType, Field, Int } from 'type-graphql';

import { TaskPageArgs } from './task-page-args.js';

@ArgsType()
export class TasksArgs extends TaskPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'Milliseconds; data up to this old is good enough. Null is the configured default, 0 asks the planes now.',
  })
  maxAgeMs?: number | null | undefined;
}
