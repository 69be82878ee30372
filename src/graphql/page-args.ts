import { ArgsType, Field, Int } from 'type-graphql';

import { pageDescriptions } from '../task/read/page/page-descriptions.js';

/** The arguments of every connection (Relay). */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: pageDescriptions.first })
  first?: number | null | undefined;

  @Field(() => String, { nullable: true, description: pageDescriptions.after })
  after?: string | null | undefined;

  @Field(() => Int, { nullable: true, description: pageDescriptions.last })
  last?: number | null | undefined;

  @Field(() => String, { nullable: true, description: pageDescriptions.before })
  before?: string | null | undefined;
}
