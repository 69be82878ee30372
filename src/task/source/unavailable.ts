import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from './outcome.js';

@ObjectType({ description: 'It did not answer, and nothing recent is known.', implements: TaskSourceOutcome })
export class TaskSourceUnavailable extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceUnavailable';

  @Field(() => Int, { description: 'When asking again makes sense, at most one hour.', nullable: true })
  retryAfterMs!: number | null;
}
