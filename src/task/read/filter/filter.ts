import { Field, ID, InputType } from 'type-graphql';

import { TaskStatus } from '../../model/status.js';
import { DateTime } from '../../scalars/date-time.js';
import { TaskSourceKind } from '../../source/kind.js';

@InputType({ description: 'Fields are joined by AND, values by OR. Null or absent restricts nothing; an empty list matches nothing.' })
export class TaskFilter {
  @Field(() => [ID], { description: 'These tasks.', nullable: true })
  ids?: readonly string[] | null | undefined;

  @Field(() => [String], { description: 'Of these sources.', nullable: true })
  sourceNames?: readonly string[] | null | undefined;

  @Field(() => [TaskSourceKind], { description: 'Of these kinds.', nullable: true })
  kinds?: readonly TaskSourceKind[] | null | undefined;

  @Field(() => [TaskStatus], { description: 'In one of these.', nullable: true })
  statuses?: readonly TaskStatus[] | null | undefined;

  @Field(() => Boolean, { description: 'Finished or not.', nullable: true })
  isFinished?: boolean | null | undefined;

  @Field(() => [String], { description: 'Exactly one of these.', nullable: true })
  operations?: readonly string[] | null | undefined;

  @Field(() => String, { description: 'In name, description, operation, resource names; case-insensitive.', nullable: true })
  text?: string | null | undefined;

  @Field(() => [String], { description: 'Ids of resources at the plane, or TaskResource ids.', nullable: true })
  resourceIds?: readonly string[] | null | undefined;

  @Field(() => [String], { description: 'Types of resources; case-insensitive.', nullable: true })
  resourceTypes?: readonly string[] | null | undefined;

  @Field(() => [ID], { description: 'Children of these tasks.', nullable: true })
  parentIds?: readonly string[] | null | undefined;

  @Field(() => Boolean, { description: 'Leave out tasks that have a parent.', nullable: true })
  topLevelOnly?: boolean | null | undefined;

  @Field(() => Boolean, { description: 'Warnings of planes; those of this gateway do not count.', nullable: true })
  hasWarnings?: boolean | null | undefined;

  @Field(() => [String], { description: 'Members of these failure groups.', nullable: true })
  failureKeys?: readonly string[] | null | undefined;

  @Field(() => DateTime, { description: 'At or after; tasks without the time do not match.', nullable: true })
  createdAfter?: number | null | undefined;

  @Field(() => DateTime, { description: 'Before; tasks without the time do not match.', nullable: true })
  createdBefore?: number | null | undefined;

  @Field(() => DateTime, { description: 'At or after; tasks without the time do not match.', nullable: true })
  finishedAfter?: number | null | undefined;

  @Field(() => DateTime, { description: 'Before; tasks without the time do not match.', nullable: true })
  finishedBefore?: number | null | undefined;

  @Field(() => DateTime, {
    description: 'Changed since, as this gateway saw it: the way to catch up after a lost connection.',
    nullable: true,
  })
  changedAfter?: number | null | undefined;

  @Field(() => Boolean, {
    description:
      'Also tasks that their planes no longer have, as far back as this gateway keeps them; each has a StaleDataWarning. Inside not, and where changes are watched, it has no effect.',
    nullable: true,
  })
  includeForgotten?: boolean | null | undefined;

  @Field(() => TaskFilter, { description: 'None of what this matches; at most five deep.', nullable: true })
  not?: TaskFilter | null | undefined;
}
