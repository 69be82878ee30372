import { Field, ID, InputType } from 'type-graphql';

import { DateTime } from '../../model/scalars.js';
import { TaskSourceKind } from '../../model/task-source.js';
import { TaskStatus } from '../../model/task-status.js';

@InputType({
  description:
    'Selects tasks. A task must meet the conditions of all fields, and a list is met by any of its values. A field that is null or absent sets no condition; an empty list selects nothing.',
})
export class TaskFilter {
  @Field(() => [ID], { description: 'Only tasks with one of these ids.', nullable: true })
  ids?: readonly string[] | null | undefined;

  @Field(() => [String], {
    description:
      'Only tasks of the sources with these names. Names that are not configured, or that the caller may not read, are listed in TaskConnection.unknownSources.',
    nullable: true,
  })
  sourceNames?: readonly string[] | null | undefined;

  @Field(() => [TaskSourceKind], { description: 'Only tasks of sources of these kinds.', nullable: true })
  kinds?: readonly TaskSourceKind[] | null | undefined;

  @Field(() => [TaskStatus], { description: 'Only tasks in one of these statuses.', nullable: true })
  statuses?: readonly TaskStatus[] | null | undefined;

  @Field(() => Boolean, { description: 'Only finished tasks when true, only unfinished ones when false.', nullable: true })
  isFinished?: boolean | null | undefined;

  @Field(() => [String], { description: 'Only tasks whose operation equals one of these values exactly.', nullable: true })
  operations?: readonly string[] | null | undefined;

  @Field(() => String, {
    description:
      'Only tasks that contain this text in their name, description, operation or the name of a resource, in upper or lower case. Host names of resources, and codes, messages, remedies and subtasks of failures and warnings are searched, too. A text with which the id of the task on its control plane, the id of a resource or a reference token begins finds the task as well, and so does the whole id of a task or resource in this API, or the whole URI of a resource. Spaces around the text do not count.',
    nullable: true,
  })
  text?: string | null | undefined;

  @Field(() => [String], {
    description:
      'Only tasks that work on one of these resources, themselves or in their subtasks. Each is the id of a TaskResource, or the id of the resource on its control plane.',
    nullable: true,
  })
  resourceIds?: readonly string[] | null | undefined;

  @Field(() => [String], {
    description: 'Only tasks that work on a resource of one of these types, themselves or in their subtasks, in upper or lower case.',
    nullable: true,
  })
  resourceTypes?: readonly string[] | null | undefined;

  @Field(() => [ID], { description: 'Only tasks that are a part of one of the tasks with these ids.', nullable: true })
  parentIds?: readonly string[] | null | undefined;

  @Field(() => Boolean, {
    description: 'When true, only tasks that are not a part of another task; false sets no condition.',
    nullable: true,
  })
  topLevelOnly?: boolean | null | undefined;

  @Field(() => Boolean, {
    description:
      'Only tasks with a warning from their control plane when true, only tasks with no such warning when false. Warnings of this gateway do not count.',
    nullable: true,
  })
  hasWarnings?: boolean | null | undefined;

  @Field(() => [String], { description: 'Only tasks of the failure groups with these keys, see TaskFailureGroup.key.', nullable: true })
  failureKeys?: readonly string[] | null | undefined;

  @Field(() => DateTime, {
    description: 'Only tasks created at this time or later; tasks with no known creation time are left out.',
    nullable: true,
  })
  createdAfter?: number | null | undefined;

  @Field(() => DateTime, {
    description: 'Only tasks created before this time; tasks with no known creation time are left out.',
    nullable: true,
  })
  createdBefore?: number | null | undefined;

  @Field(() => DateTime, {
    description: 'Only tasks that ended at this time or later; tasks with no known end time are left out.',
    nullable: true,
  })
  finishedAfter?: number | null | undefined;

  @Field(() => DateTime, {
    description: 'Only tasks that ended before this time; tasks with no known end time are left out.',
    nullable: true,
  })
  finishedBefore?: number | null | undefined;

  @Field(() => DateTime, {
    description: 'Only tasks whose changedAt is this time or later, for example to catch up after a lost connection.',
    nullable: true,
  })
  changedAfter?: number | null | undefined;

  @Field(() => Boolean, {
    description:
      'When true, also tasks that their control planes no longer have, as long as the store of this gateway retains them; each has a StaleDataWarning. It has no effect inside not and in subscriptions.',
    nullable: true,
  })
  includeForgotten?: boolean | null | undefined;

  @Field(() => TaskFilter, {
    description: 'Leaves out the tasks that this filter selects. Filters can be nested at most five deep.',
    nullable: true,
  })
  not?: TaskFilter | null | undefined;
}
