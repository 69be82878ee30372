import { Field, Float, ObjectType } from 'type-graphql';

import { InlineList } from '../../model/field-metadata.js';
import { DateTime, type JsonObject, JsonObjectScalar } from '../../model/scalars.js';
import { TaskWarningFields } from '../../model/task-warning.js';
import { Task, TaskPart, TaskSubtaskFields } from '../../model/task.js';

@ObjectType({
  description: 'A task of NetApp Astra Control. Its subtasks are tasks of the same type.',
  implements: [Task, TaskPart, TaskSubtaskFields],
})
export class AstraTask extends Task {
  override readonly __typename!: 'AstraTask';

  @Field(() => String, { description: 'Short summary of the task; the operation or the id where Astra Control sends none.' })
  summary!: string;

  @Field(() => String, {
    description: 'Name of the service that manages the task. Null when Astra Control does not send it.',
    nullable: true,
  })
  service!: string | null;

  @Field(() => String, {
    description: 'Id of the user whose action started the task. Null when no user did, or Astra Control does not send it.',
    nullable: true,
  })
  userId!: string | null;

  @Field(() => String, {
    description: 'Id of the user or system that created the task, from its metadata. Null when Astra Control does not send it.',
    nullable: true,
  })
  createdBy!: string | null;

  @Field(() => String, {
    description: 'Id of the user or system that last modified the task, from its metadata. Null when Astra Control does not send it.',
    nullable: true,
  })
  modifiedBy!: string | null;

  @Field(() => Float, {
    description: 'Number that orders the task among the parts of its parent, smallest first. Null when Astra Control does not send it.',
    nullable: true,
  })
  orderHint!: number | null;

  @Field(() => DateTime, {
    description: 'When the task was cancelled. Null when it was not, or Astra Control does not report it.',
    nullable: true,
  })
  cancelledAt!: number | null;

  @Field(() => String, {
    description:
      'URI of the resource that the task works on, relative to the base URL of Astra Control. Null when Astra Control does not send it.',
    nullable: true,
  })
  resourceUri!: string | null;

  @Field(() => [String], {
    description: 'URIs of the collections that the resource belongs to, relative to the base URL of Astra Control.',
  })
  resourceCollectionUris!: readonly string[];

  @InlineList()
  @Field(() => [AstraStateTransition], {
    description:
      'Changes of state that Astra Control describes for tasks. They are informative: Astra Control has no API call to request them.',
  })
  stateTransitions!: readonly AstraStateTransition[];

  @InlineList()
  @Field(() => [AstraLabel], { description: 'Labels in the metadata of the task; empty when there are none.' })
  labels!: readonly AstraLabel[];
}

@ObjectType({ description: 'A change of the state of a task that Astra Control describes as permitted.' })
export class AstraStateTransition {
  @Field(() => String, { description: 'State that the change starts from. Null when Astra Control leaves it out.', nullable: true })
  from!: string | null;

  @Field(() => [String], { description: 'States that the change can lead to.' })
  to!: readonly string[];
}

@ObjectType({ description: 'A label in the metadata of an Astra Control task.' })
export class AstraLabel {
  @Field(() => String, { description: 'Name of the label, as Astra Control sends it.' })
  name!: string;

  @Field(() => String, { description: 'Value of the label, as Astra Control sends it.' })
  value!: string;
}

@ObjectType({
  description: 'A warning from Astra Control: a condition that keeps the actual state of a task from matching the desired one.',
  implements: TaskWarningFields,
})
export class AstraWarning extends TaskWarningFields {
  override readonly __typename!: 'AstraWarning';

  @Field(() => String, {
    description: 'Type of the condition, usually the URI of a problem type. Null when Astra Control sends none.',
    nullable: true,
  })
  override code!: string | null;

  @Field(() => String, { description: 'The condition as a human-readable text, or its title when Astra Control sends no text.' })
  override message!: string;

  @Field(() => String, { description: 'Short title of the condition, or its text when Astra Control sends no title.' })
  title!: string;

  @Field(() => JsonObjectScalar, {
    description: 'All further members of the condition, with secrets replaced by "[removed]". Null when there are none.',
    nullable: true,
  })
  additionalDetails!: JsonObject | null;
}
