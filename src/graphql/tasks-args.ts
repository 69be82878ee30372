import { ArgsType, Field, Int } from 'type-graphql';

import { pageDescriptions } from '../task/read/page/page-descriptions.js';
import { TaskPageArgs } from './task-page-args.js';

@ArgsType()
export class TasksArgs extends TaskPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: pageDescriptions.maxAgeMs,
  })
  maxAgeMs?: number | null | undefined;
}
