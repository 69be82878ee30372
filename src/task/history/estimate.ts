import { Field, Float, Int, ObjectType } from 'type-graphql';

import { mostDurations } from './history.js';

/** Fewer durations than this allow no estimate. */
export const fewestSamples = 5;

@ObjectType({
  description:
    'How long tasks with the same operation and source took from their start, or else their creation, to their end. It is computed from the tasks that this gateway has seen succeed, and promises nothing.',
})
export class TaskEstimate {
  @Field(() => Float, { description: 'Median duration in milliseconds: half of the tasks took at most this long.' })
  medianMs!: number;

  @Field(() => Float, { description: 'Ninetieth percentile of the duration in milliseconds: nine of ten tasks took at most this long.' })
  p90Ms!: number;

  @Field(() => Int, {
    description: `Number of tasks that the figures are computed from, the newest ones: ${fewestSamples} to ${mostDurations}.`,
  })
  sampleCount!: number;
}
