import { Field, ID, InterfaceType } from 'type-graphql';

import { DateTime } from '../scalars/date-time.js';
import type { JsonObject } from '../scalars/json-object.js';
import { TaskFailure } from './failure.js';
import { TaskLifecycle } from './lifecycle.js';
import { Node } from './node.js';
import { TaskResource } from './resource.js';
import type { TaskSubtask } from './subtask.js';
import { TaskWarning } from './warning.js';

@InterfaceType({ description: 'A long-running task of any plane.', implements: [Node, TaskLifecycle] })
export abstract class Task extends TaskLifecycle {
  @Field(() => ID, { description: 'Source name, ":", and the id at the plane.' })
  id!: string;

  @Field(() => String, { description: 'Its id there.' })
  sourceTaskId!: string;

  @Field(() => DateTime, { description: 'When the plane says it last changed it.', nullable: true })
  updatedAt!: number | null;

  @Field(() => DateTime, { description: 'When this gateway last saw it differ.' })
  changedAt!: number;

  @Field(() => DateTime, { description: 'When this gateway last read it.' })
  observedAt!: number;

  @Field(() => [TaskResource], { description: 'What it works on.' })
  resources!: readonly TaskResource[];

  @Field(() => [TaskWarning], { description: 'What is worth knowing and did not fail it.' })
  warnings!: readonly TaskWarning[];

  @Field(() => TaskFailure, {
    description: 'The deepest failure that explains it, found in the task, its subtasks, stages and nested errors.',
    nullable: true,
  })
  rootCause!: TaskFailure | null;

  /** Not in the schema: its plane no longer has it, this is what was kept of it; absent otherwise. */
  isForgotten?: true;

  /** Not in the schema: the source that it lives on. */
  sourceName!: string;

  /** Not in the schema: the id at the plane of the task that it is a part of. */
  parentTaskId!: string | null;

  /** Not in the schema: subtasks that came inside the task itself, in the plane's order. */
  parts!: readonly TaskSubtask[];

  /** Not in the schema: what those subtasks, at any depth, work on; absent where they name nothing. */
  partResources?: readonly TaskResource[];

  /** Not in the schema: where it stands among its siblings; null comes last. */
  position!: number | null;

  /** Not in the schema: what the plane sent, parsed; null where nothing was. `raw` is made from it when it is asked for. */
  payload!: JsonObject | null;
}
