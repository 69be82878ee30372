import { Field, InterfaceType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import { TaskFailure } from './failure.js';
import { TaskProgress } from './progress.js';
import { TaskStatus } from './status.js';

@InterfaceType({ description: 'The life cycle that tasks, subtasks and stages share.' })
export abstract class TaskLifecycle {
  /** The object type that it is. */
  readonly __typename!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => String, { description: 'For people, longer.', nullable: true })
  description!: string | null;

  @Field(() => String, {
    description:
      "What kind of work it is, in the plane's own words: create, astra.backup, HOST_COMMISSION; for a credentials task its operation type.",
    nullable: true,
  })
  operation!: string | null;

  @Field(() => TaskStatus, { description: 'In the shared words.' })
  status!: TaskStatus;

  @Field(() => String, { description: "In the plane's own word, verbatim; null where it sent none.", nullable: true })
  sourceStatus!: string | null;

  @Field(() => Boolean, { description: 'Nothing more will happen by itself.' })
  isFinished!: boolean;

  @Field(() => Boolean, { description: 'Null until finished; SKIPPED counts as successful.', nullable: true })
  isSuccessful!: boolean | null;

  @Field(() => DateTime, { description: 'When the plane accepted it.', nullable: true })
  createdAt!: number | null;

  @Field(() => DateTime, { description: 'When work began.', nullable: true })
  startedAt!: number | null;

  @Field(() => DateTime, { description: 'When work ended; never set on unfinished work, whatever the plane sends.', nullable: true })
  finishedAt!: number | null;

  @Field(() => TaskProgress, { description: 'How far it is; null where nothing is known.', nullable: true })
  progress!: TaskProgress | null;

  @Field(() => [TaskFailure], { description: 'Why it failed; empty when it did not.' })
  failures!: readonly TaskFailure[];
}
