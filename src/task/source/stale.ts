import { ObjectType } from 'type-graphql';

import { TaskSourceOutcome } from './outcome.js';

@ObjectType({
  description:
    'The source could not be read. Its tasks are the last known ones, which are served for up to five minutes, each with a StaleDataWarning.',
  implements: TaskSourceOutcome,
})
export class TaskSourceStale extends TaskSourceOutcome {
  readonly __typename!: 'TaskSourceStale';
}
