import { ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from './outcome.js';

@ObjectType({ description: 'It did not answer; its tasks are what was last known.', implements: TaskSourceOutcome })
export class TaskSourceStale extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceStale';
}
