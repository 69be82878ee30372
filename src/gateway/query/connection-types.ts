import { Field, ID, Int, ObjectType } from 'type-graphql';

import { ChargedList, InlineList, Lasting } from '../../model/field-metadata.js';
import { TaskSourceOutcome } from '../../model/source-outcome.js';
import { TaskStatusCount } from '../../model/task-status.js';
import type { TaskLifecycle } from '../../model/task-lifecycle.js';
import { Task, TaskPart, type TaskSubtask, TaskSubtaskFields } from '../../model/task.js';
import { TaskFailureGroup } from './failure-groups.js';

@ObjectType({ description: 'Position of a page in its list, as the Relay connection specification defines it.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether the list has further items after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether the list has further items before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { description: 'Cursor of the first item of the page. Null when the page is empty.', nullable: true })
  startCursor!: string | null;

  @Field(() => String, { description: 'Cursor of the last item of the page. Null when the page is empty.', nullable: true })
  endCursor!: string | null;
}

/** The length of a page when neither `first` nor `last` is given. */
export const defaultPageSize = 50;

/** The longest page that may be asked for. */
export const maxPageSize = 200;

/** Schema descriptions that all connections, edges and list arguments share. */
export const pageDescriptions = {
  edges: 'The items of this page, each with its cursor.',
  nodes: 'The items of this page, the same as in edges but with no cursors.',
  pageInfo: 'Whether further pages exist, and the cursors at both ends of this page.',
  cursor: 'Opaque position of the item in the list. Give it to the argument after or before to continue from this item.',
  node: 'The item at this position of the list.',
  first: `Number of items to return from the start of the list, from 0 to ${maxPageSize}. It cannot be combined with last; when both are null, it is ${defaultPageSize}.`,
  last: `Number of items to return from the end of the list, from 0 to ${maxPageSize}. It cannot be combined with first.`,
  after: 'A cursor: only items that follow it in the list are returned. Null starts at the beginning of the list.',
  before: 'A cursor: only items that precede it in the list are returned. Null ends at the end of the list.',
  maxAgeMs:
    'Greatest age of the data in milliseconds: no control plane is contacted for data that was read more recently. Null is the default that the configuration sets, and 0 reads the data again and waits for each control plane until its deadline; the configuration may set a lower bound.',
} as const;

@ObjectType({ description: 'A task in a page, and its cursor.' })
class TaskEdge {
  @Field(() => String, { description: pageDescriptions.cursor })
  cursor!: string;

  @Field(() => Task, { description: pageDescriptions.node })
  node!: Task;
}

@ObjectType({ description: 'A page of a list of tasks, and what came of reading each source for the list.' })
export class TaskConnection {
  @ChargedList()
  @Field(() => [TaskEdge], { description: pageDescriptions.edges })
  edges!: readonly TaskEdge[];

  @ChargedList()
  @Field(() => [Task], { description: pageDescriptions.nodes })
  nodes!: readonly Task[];

  @Field(() => PageInfo, { description: pageDescriptions.pageInfo })
  pageInfo!: PageInfo;

  @Field(() => Int, {
    description: 'Number of tasks that match the whole filter, across all pages, as far as the tasks of each source are known now.',
  })
  totalCount!: number;

  @InlineList()
  @Field(() => [TaskStatusCount], {
    description:
      'Number of tasks for each status that occurs, in the order of TaskStatus. They match the filter apart from its own statuses and isFinished, so that a user can switch between statuses. While the filter has one of these, the counts add up to more than totalCount; those inside not still count.',
  })
  countsByStatus!: readonly TaskStatusCount[];

  @InlineList()
  @Field(() => [TaskSourceOutcome], {
    description:
      'What came of reading each source that can have matching tasks, in the order of the configuration. A source that could not be read is listed too.',
  })
  sources!: readonly TaskSourceOutcome[];

  @Field(() => [String], { description: 'Names of sources in the filter that are not configured, or that the caller may not read.' })
  unknownSources!: readonly string[];
}

@ObjectType({ description: 'A subtask in a page, and its cursor.' })
class TaskSubtaskEdge {
  @Field(() => String, { description: pageDescriptions.cursor })
  cursor!: string;

  @Field(() => TaskSubtaskFields, { description: pageDescriptions.node })
  node!: TaskSubtask;
}

@Lasting()
@ObjectType({ description: 'A page of the subtasks of one task, in the order of the control plane.' })
export class TaskSubtaskConnection {
  @ChargedList()
  @Field(() => [TaskSubtaskEdge], { description: pageDescriptions.edges })
  edges!: readonly TaskSubtaskEdge[];

  @ChargedList()
  @Field(() => [TaskSubtaskFields], { description: pageDescriptions.nodes })
  nodes!: readonly TaskSubtask[];

  @Field(() => PageInfo, { description: pageDescriptions.pageInfo })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of subtasks that match the argument statuses, across all pages.' })
  totalCount!: number;

  @InlineList()
  @Field(() => [TaskStatusCount], {
    description:
      'Number of subtasks for each status that occurs, whatever the argument statuses is. With that argument the counts add up to more than totalCount.',
  })
  countsByStatus!: readonly TaskStatusCount[];
}

/** At most so many parts of a task are in its tree; of more, the rest is left out. */
export const maxTreeNodes = 5_000;

@ObjectType({ description: 'A part of a task at its place in the tree of all parts: a subtask, a stage or a task.' })
export class TaskSubtaskTreeNode {
  @Field(() => ID, { description: 'Globally unique id of the part, the same as its own field id.' })
  id!: string;

  @Field(() => Int, { description: 'Number of parts above this one: 0 for a part of the task itself, 1 for a part of that, and so on.' })
  depth!: number;

  @Field(() => Int, { description: 'Position in the whole tree, from 0, across all pages: each part is followed by its own parts.' })
  index!: number;

  @Field(() => Int, {
    description: 'The index of the part that this one is a part of. Null for a part of the task itself.',
    nullable: true,
  })
  parentIndex!: number | null;

  @Field(() => ID, { description: 'The id of the part that this one is a part of. Null for a part of the task itself.', nullable: true })
  parentId!: string | null;

  @Field(() => Int, { description: 'Number of parts directly below this one; 0 for a leaf of the tree.' })
  childCount!: number;

  @Field(() => TaskPart, { description: 'The part itself: a subtask, a stage of a subtask, or a task of its own.' })
  node!: TaskLifecycle;
}

@ObjectType({ description: 'A page of all parts of a task, at any depth, each followed by its own parts.' })
export class TaskSubtaskTree {
  @ChargedList()
  @Field(() => [TaskSubtaskTreeNode], { description: 'The parts of this page, in the order of the tree.' })
  nodes!: readonly TaskSubtaskTreeNode[];

  @Field(() => PageInfo, { description: pageDescriptions.pageInfo })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of parts in the tree, across all pages.' })
  totalCount!: number;

  @Field(() => Boolean, { description: `Whether these are all parts of the task. False when it has more than ${maxTreeNodes}.` })
  isComplete!: boolean;
}

@ObjectType({ description: 'A failure group in a page, and its cursor.' })
class TaskFailureGroupEdge {
  @Field(() => String, { description: pageDescriptions.cursor })
  cursor!: string;

  @Field(() => TaskFailureGroup, { description: pageDescriptions.node })
  node!: TaskFailureGroup;
}

@ObjectType({ description: 'A page of failure groups, those with the most tasks first, and what came of reading each source.' })
export class TaskFailureGroupConnection {
  @ChargedList()
  @Field(() => [TaskFailureGroupEdge], { description: pageDescriptions.edges })
  edges!: readonly TaskFailureGroupEdge[];

  @ChargedList()
  @Field(() => [TaskFailureGroup], { description: pageDescriptions.nodes })
  nodes!: readonly TaskFailureGroup[];

  @Field(() => PageInfo, { description: pageDescriptions.pageInfo })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of failure groups across all pages.' })
  totalCount!: number;

  @InlineList()
  @Field(() => [TaskSourceOutcome], {
    description:
      'What came of reading each source that can have matching tasks, in the order of the configuration. A source that could not be read is listed too.',
  })
  sources!: readonly TaskSourceOutcome[];
}
