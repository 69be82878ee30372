import { ArgsType, Field } from 'type-graphql';

import { TaskStatus } from '../task/model/status.js';
import { PageArgs } from './page-args.js';

@ArgsType()
export class SubtasksArgs extends PageArgs {
  @Field(() => [TaskStatus], { nullable: true, description: 'Only those in one of these; null is all, an empty list is none.' })
  statuses?: readonly TaskStatus[] | null | undefined;
}
