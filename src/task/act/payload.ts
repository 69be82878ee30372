import { Field, ID, InterfaceType } from 'type-graphql';

import { Task } from '../model/task.js';
import { TaskActionError } from './error.js';
import { TaskActionOutcome } from './outcome.js';

@InterfaceType({ description: 'The fields that the results of all actions on one task share.' })
export abstract class TaskActionPayload {
  @Field(() => ID, { description: 'Id of the task, as the input gave it.' })
  taskId!: string;

  @Field(() => TaskActionOutcome, { description: 'What became of the action.' })
  outcome!: TaskActionOutcome;

  @Field(() => Task, {
    description:
      'The task as it was read after the action, or before it when nothing was sent. Null when there is no such task, the caller may not read it, or it could not be read.',
    nullable: true,
  })
  task!: Task | null;

  @Field(() => [TaskActionError], {
    description: 'Why the action was rejected, or why its outcome is unknown; empty when it was accepted.',
  })
  errors!: readonly TaskActionError[];

  @Field(() => ID, {
    description:
      'Id of the entry in the audit log about this action. Null when the action has no entry of its own, for example because the store could not be written.',
    nullable: true,
  })
  auditId!: string | null;

  @Field(() => Boolean, {
    description: 'Whether this is the recorded result of an earlier request with the same idempotency key, so that nothing was sent now.',
  })
  isRepeat!: boolean;
}
