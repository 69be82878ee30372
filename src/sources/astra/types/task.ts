import { Field, Float, ObjectType } from 'type-graphql';

import { Task } from '../../../task/model/task.js';
import { DateTime } from '../../../task/scalars/date-time.js';
import { AstraLabel } from './label.js';
import { AstraStateTransition } from './state-transition.js';

@ObjectType({ description: 'A task of NetApp Astra Control. Its subtasks are tasks of the same type.', implements: Task })
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

  @Field(() => [AstraStateTransition], {
    description:
      'Changes of state that Astra Control describes for tasks. They are informative: Astra Control has no API call to request them.',
  })
  stateTransitions!: readonly AstraStateTransition[];

  @Field(() => [AstraLabel], { description: 'Labels in the metadata of the task; empty when there are none.' })
  labels!: readonly AstraLabel[];
}
