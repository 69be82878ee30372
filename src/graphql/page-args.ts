import { ArgsType, Field, Int } from 'type-graphql';

/** The arguments of every connection (Relay). */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'So many from the start; 50 by default, at most 200.' })
  first?: number | null | undefined;

  @Field(() => String, { nullable: true, description: 'Behind this cursor.' })
  after?: string | null | undefined;

  @Field(() => Int, { nullable: true, description: 'So many from the end, at most 200; not together with first.' })
  last?: number | null | undefined;

  @Field(() => String, { nullable: true, description: 'In front of this cursor.' })
  before?: string | null | undefined;
}
