import { ArgsType, Field } from 'type-graphql';

import { TaskFilter } from '../task/read/filter/filter.js';
import { TaskOrder } from '../task/read/order/order.js';
import { PageArgs } from './page-args.js';

/** A page of tasks, chosen and ordered. */
@ArgsType()
export class TaskPageArgs extends PageArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Which tasks; null is all.' })
  filter?: TaskFilter | null | undefined;

  @Field(() => TaskOrder, { nullable: true, description: 'Newest first by default.' })
  orderBy?: TaskOrder | null | undefined;
}
