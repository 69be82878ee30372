import { Field, Float, ObjectType } from 'type-graphql';

import { Task } from '../../../task/model/task.js';
import { DateTime } from '../../../task/scalars/date-time.js';
import { AstraLabel } from './label.js';
import { AstraStateTransition } from './state-transition.js';

@ObjectType({ description: 'A task of NetApp Astra Control. Its children are tasks too.', implements: Task })
export class AstraTask extends Task {
  override readonly __typename!: 'AstraTask';

  @Field(() => String, { description: 'The short form.' })
  summary!: string;

  @Field(() => String, { description: 'The service that manages it.', nullable: true })
  service!: string | null;

  @Field(() => String, { description: 'Who began it, for actions of users.', nullable: true })
  userId!: string | null;

  @Field(() => String, { description: 'Who made the resource.', nullable: true })
  createdBy!: string | null;

  @Field(() => String, { description: 'Who last changed it.', nullable: true })
  modifiedBy!: string | null;

  @Field(() => Float, { description: 'Place among its siblings.', nullable: true })
  orderHint!: number | null;

  @Field(() => DateTime, { description: 'When it was cancelled.', nullable: true })
  cancelledAt!: number | null;

  @Field(() => String, { description: 'The resource, relative to the plane.', nullable: true })
  resourceUri!: string | null;

  @Field(() => [String], { description: 'Its collections, relative to the plane.' })
  resourceCollectionUris!: readonly string[];

  @Field(() => [AstraStateTransition], { description: 'What the plane describes; not what it can be asked for.' })
  stateTransitions!: readonly AstraStateTransition[];

  @Field(() => [AstraLabel], { description: 'Labels of its metadata.' })
  labels!: readonly AstraLabel[];
}
