import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from './outcome.js';

@ObjectType({
  description: 'The source could not be read, and there is no recent data of it that may be served.',
  implements: TaskSourceOutcome,
})
export class TaskSourceUnavailable extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceUnavailable';

  @Field(() => Int, {
    description:
      'How long to wait before reading the source again, in milliseconds, at most one hour. Null when nothing is known about it.',
    nullable: true,
  })
  retryAfterMs!: number | null;
}
