import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'How long tasks of the same operation on the same source took, from their start (or creation) to their end, as far as this gateway has seen them succeed. Not a promise.',
})
export class TaskEstimate {
  @Field(() => Float, { description: 'Half of them took at most this many milliseconds.' })
  medianMs!: number;

  @Field(() => Float, { description: 'Nine of ten took at most this many milliseconds.' })
  p90Ms!: number;

  @Field(() => Int, { description: 'How many were looked at: the newest, 5 to 200.' })
  sampleCount!: number;
}
