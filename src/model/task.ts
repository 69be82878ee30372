import { Field, ID, InterfaceType } from 'type-graphql';

import { TaskFailure } from './failure.js';
import { ChargedList, DependsOnRead, InlineList } from './field-metadata.js';
import { Node } from './global-id.js';
import { TaskResource } from './resource.js';
import { DateTime, type JsonObject } from './scalars.js';
import { observeParts, omitPartObservations, TaskLifecycle } from './task-lifecycle.js';
import { TaskWarning } from './task-warning.js';

@InterfaceType({
  description:
    'A long-running task of any control plane. Each kind of control plane has an object type that implements this interface and adds fields of its own.',
  implements: [Node, TaskLifecycle],
})
export abstract class Task extends TaskLifecycle {
  @Field(() => ID, { description: 'Globally unique id: the name of the source, a colon, and the id of the task on its control plane.' })
  override id!: string;

  @Field(() => String, { description: 'Id of the task on its control plane, as its own API and user interface show it.' })
  sourceTaskId!: string;

  @Field(() => DateTime, {
    description:
      'When the task last changed, according to its control plane. Null when the control plane does not report it, as SDDC Manager does not.',
    nullable: true,
  })
  updatedAt!: number | null;

  @Field(() => DateTime, {
    description:
      'When this gateway last saw the content of the task change, or first saw the task after the gateway started. Warnings that the gateway adds itself do not count as a change.',
  })
  changedAt!: number;

  @DependsOnRead()
  @Field(() => DateTime, { description: 'When this gateway last read the task from its control plane.' })
  observedAt!: number;

  @ChargedList()
  @Field(() => [TaskResource], {
    description: 'The resources that the task works on, such as hosts, backups or packages; empty when its control plane names none.',
  })
  resources!: readonly TaskResource[];

  @InlineList()
  @Field(() => [TaskWarning], {
    description: 'Warnings about the task, from its control plane and from this gateway; empty when there are none.',
  })
  warnings!: readonly TaskWarning[];

  @Field(() => TaskFailure, {
    description:
      'The deepest failure that explains why the task failed, found in the task, its subtasks, its stages and their nested errors. Null unless the task failed and its control plane gave a reason.',
    nullable: true,
  })
  rootCause!: TaskFailure | null;

  // The members below are not in the schema.

  /** Whether its plane no longer has the task, which is then as it was last read; absent otherwise. */
  isForgotten?: true;

  sourceName!: string;

  /** Id of the parent task on the plane. */
  parentTaskId!: string | null;

  /** The subtasks that the task itself contains, in the order of the plane. */
  parts!: readonly TaskSubtask[];

  /** The resources that those subtasks, at any depth, work on; absent when they name none. */
  partResources?: readonly TaskResource[];

  /** Failures of the task and of those subtasks, at any depth, where `failures` does not have them all; else absent. */
  allFailures?: readonly TaskFailure[];

  /** Position among its siblings; null comes last. */
  position!: number | null;

  /** What the plane sent, parsed; null when nothing was kept. The field `raw` is made from it when it is requested. */
  payload!: JsonObject | null;
}

@InterfaceType({
  description: 'A part of a task at any depth of its tree: a subtask, a stage of a subtask, or a task that is a part of another one.',
  implements: TaskLifecycle,
})
export abstract class TaskPart extends TaskLifecycle {
  @Field(() => ID, {
    description:
      'Globally unique id: the name of the source, a colon, and the id of the task on its control plane. Of a part that exists only inside its task, the sign # and the way to the part follow; the fields task and node do not accept such an id.',
  })
  override id?: string;
}

@InterfaceType({
  description: 'The fields that all members of the union TaskSubtask share: those of TaskLifecycle, and an id.',
  implements: TaskPart,
})
export abstract class TaskSubtaskFields extends TaskPart {}

/** Description of the union of the members that the sources add; see `build-schema.ts`. */
export const taskSubtaskDescription =
  'A part of a task: either a task with an id of its own, or a part that exists only inside its task. Every member implements TaskLifecycle.';

/** Any member that a source adds to the union. */
export type TaskSubtask = TaskLifecycle;

/** A task as its source translates it; the cache adds when it was read and when it last changed. */
export type TranslatedTask<T extends Task = Task> = Omit<T, 'changedAt' | 'observedAt'>;

/** A task of a store or a replica; tasks from earlier versions have parts without ids. */
export function withPartIds(task: Task): Task {
  const [part] = task.parts;
  return part === undefined || part.id !== undefined
    ? task
    : { ...task, parts: observeParts(task.id, task.parts, undefined, task.observedAt) };
}

/**
 * Makes tasks comparable by what their plane says: when this gateway read them, and saw them change or begin, depends on
 * when it looked.
 */
export function omitObservations({ observedStart: _observedStart, ...task }: Task): Task {
  return { ...task, observedAt: 0, changedAt: 0, parts: omitPartObservations(task.parts) };
}
