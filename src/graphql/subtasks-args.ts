import { ArgsType, Field } from 'type-graphql';

import { TaskStatus } from '../task/model/status.js';
import { PageArgs } from './page-args.js';

@ArgsType()
export class SubtasksArgs extends PageArgs {
  @Field(() => [TaskStatus], {
    nullable: true,
    description: 'Only subtasks in one of these statuses. Null returns all of them, an empty list returns none.',
  })
  statuses?: readonly TaskStatus[] | null | undefined;
}
