import { Field, ID, InterfaceType } from 'type-graphql';

import { Task } from '../model/task.js';
import { TaskActionError } from './error.js';
import { TaskActionOutcome } from './outcome.js';

@InterfaceType({ description: 'What every action on one task answers.' })
export abstract class TaskActionPayload {
  @Field(() => ID, { description: 'As it was asked for.' })
  taskId!: string;

  @Field(() => TaskActionOutcome, { description: 'What became of it.' })
  outcome!: TaskActionOutcome;

  @Field(() => Task, { description: 'As it stands afterwards; null when absent or not readable.', nullable: true })
  task!: Task | null;

  @Field(() => [TaskActionError], { description: 'Why it was rejected, or is unknown.' })
  errors!: readonly TaskActionError[];

  @Field(() => ID, { description: 'Its entry in the audit log; null when nothing could be recorded.', nullable: true })
  auditId!: string | null;

  @Field(() => Boolean, { description: 'True when this is the kept answer to an earlier request with the same key.' })
  isRepeat!: boolean;
}
