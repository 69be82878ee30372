import { ArgsType, Field } from 'type-graphql';

import { TaskFilter } from '../task/read/filter/filter.js';
import { TaskOrder } from '../task/read/order/order.js';
import { PageArgs } from './page-args.js';

/** A page of tasks, chosen and ordered. */
@ArgsType()
export class TaskPageArgs extends PageArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Selects the tasks of the list; null selects all.' })
  filter?: TaskFilter | null | undefined;

  @Field(() => TaskOrder, { nullable: true, description: 'The order of the tasks; by default those created last come first.' })
  orderBy?: TaskOrder | null | undefined;
}
