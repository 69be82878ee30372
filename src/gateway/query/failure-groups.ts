import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

import { Field, Int, ObjectType } from 'type-graphql';

import type { TaskFailure } from '../../model/failure.js';
import { DateTime } from '../../model/scalars.js';
import { createComparator, createTaskComparator, type Ordering, type TaskOrder } from '../../model/task-order.js';
import { TaskSourceKind } from '../../model/task-source.js';
import { isFailedStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';

@ObjectType({
  description:
    'The tasks that failed or timed out for the same cause: with the same error code, or else with the same message apart from names and numbers. Only names that look like an id, a path or an address count as such; quotation marks alone make none.',
})
export class TaskFailureGroup {
  @Field(() => String, {
    description:
      'Key of the group, which stays the same for the same cause across restarts and replicas. It can be given to TaskFilter.failureKeys. When a newer version of this gateway groups differently, its keys differ too, and the earlier ones match no task.',
  })
  key!: string;

  @Field(() => TaskSourceKind, { description: 'Kind of control plane that the tasks of the group belong to.' })
  kind!: TaskSourceKind;

  @Field(() => String, {
    description:
      'Error code that the tasks of the group share. Null when the control plane gives none, so that they are grouped by their message.',
    nullable: true,
  })
  code!: string | null;

  @Field(() => String, { description: 'Text that the messages of the tasks have in common, with an ellipsis where they differ.' })
  message!: string;

  @Field(() => String, {
    description: 'What the control plane recommends to do. Null when it recommends nothing, or not the same for all tasks of the group.',
    nullable: true,
  })
  remediation!: string | null;

  @Field(() => Int, { description: 'Exact number of tasks in the group.' })
  count!: number;

  @Field(() => DateTime, { description: 'When the first task of the group ended. Null when no end time is known.', nullable: true })
  firstSeenAt!: number | null;

  @Field(() => DateTime, { description: 'When the latest task of the group ended. Null when no end time is known.', nullable: true })
  lastSeenAt!: number | null;
}

/**
 * A failure group, with its tasks, sorted by `failureGroupMemberOrder`; the schema shows those in pages, see
 * `tasksOfGroup`.
 */
export interface FailureGroup extends Readonly<TaskFailureGroup> {
  readonly members: readonly Task[];
}

/** The order of the tasks of a group: those that ended last come first. */
export const failureGroupMemberOrder: Readonly<TaskOrder> = { field: 'FINISHED_AT', direction: 'DESC' };

/** The order of groups: those with the most tasks come first; ties are broken by key. */
export const failureGroupOrdering: Ordering<TaskFailureGroup> = {
  field: 'COUNT',
  direction: 'DESC',
  getKey: (group) => group.count,
  getId: (group) => group.key,
};

/**
 * Groups tasks that failed or timed out by their cause; others are left out.
 *
 * @param kinds by source name; tasks of other sources are left out.
 * @returns the groups, sorted by `failureGroupOrdering`.
 */
export function groupFailures(tasks: Iterable<Task>, kinds: ReadonlyMap<string, TaskSourceKind>): readonly FailureGroup[] {
  const groups = new Map<string, { readonly kind: TaskSourceKind; readonly members: Task[] }>();
  for (const task of tasks) {
    const kind = kinds.get(task.sourceName);
    const key = kind === undefined ? null : computeFailureKey(task, kind);
    if (kind === undefined || key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kind, members: [task] });
    else group.members.push(task);
  }
  return [...groups].map(([key, { kind, members }]) => describeGroup(key, kind, members)).sort(createComparator(failureGroupOrdering));
}

/** The failed tasks of one source. */
interface FailedTasks {
  readonly kind: TaskSourceKind;
  readonly tasks: readonly Task[];
}

/** The last groups of lists, by the first of them: arrays of tasks never change, so that equal arrays give equal groups. */
const knownGroups = new WeakMap<readonly Task[], { readonly lists: readonly FailedTasks[]; readonly groups: readonly FailureGroup[] }>();

/** The same for the failed tasks of several sources; nothing is computed where the arrays are those of the last time. */
export function groupFailuresOnce(lists: readonly FailedTasks[]): readonly FailureGroup[] {
  const [first] = lists;
  if (first === undefined) return [];
  const known = knownGroups.get(first.tasks);
  if (known?.lists.length === lists.length && known.lists.every(({ tasks }, index) => tasks === lists[index]?.tasks)) return known.groups;
  const kinds = new Map(lists.flatMap(({ kind, tasks: [task] }) => (task === undefined ? [] : [[task.sourceName, kind]])));
  const groups = groupFailures(
    lists.flatMap(({ tasks }) => tasks),
    kinds,
  );
  knownGroups.set(first.tasks, { lists, groups });
  return groups;
}

/** The last group that begins with a task: most groups have the same members when another one has changed. */
const groupsByFirst = new WeakMap<Task, { readonly unsorted: readonly Task[]; readonly group: FailureGroup }>();

function describeGroup(key: string, kind: TaskSourceKind, unsorted: readonly Task[]): FailureGroup {
  const [first] = unsorted;
  const known = first === undefined ? undefined : groupsByFirst.get(first);
  const isSame =
    known?.group.key === key && known.unsorted.length === unsorted.length && known.unsorted.every((task, at) => task === unsorted[at]);
  if (isSame) return known.group;
  const group = describeMembers(key, kind, unsorted);
  if (first !== undefined) groupsByFirst.set(first, { unsorted, group });
  return group;
}

function describeMembers(key: string, kind: TaskSourceKind, unsorted: readonly Task[]): FailureGroup {
  const members = unsorted.toSorted(createTaskComparator(failureGroupMemberOrder));
  const finished = members.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [finishedAt]));
  return {
    key,
    kind,
    code: members[0] === undefined ? null : findFailureCode(members[0]),
    message: findGroupMessage(members.flatMap(({ rootCause }) => rootCause?.message ?? [])),
    remediation: findCommonText(members.flatMap(({ rootCause }) => rootCause?.remediation ?? [])),
    count: members.length,
    firstSeenAt: finished.at(-1) ?? null,
    lastSeenAt: finished[0] ?? null,
    members,
  };
}

/** The words that all messages share; the newest message where they share none. */
function findGroupMessage(messages: readonly string[]): string {
  const shared = sharedMessage(messages);
  return (shared === ellipsis ? messages[0] : shared) || 'The plane gave no reason.';
}

/** The text where all are equal, else null. */
function findCommonText(texts: readonly string[]): string | null {
  const [text = null, ...others] = new Set(texts.filter((one) => one !== ''));
  return others.length === 0 ? text : null;
}

/** What the failure group of a task depends on. */
type FailedTask = Pick<Task, 'status' | 'rootCause'>;

/**
 * The key of the failure group that a task belongs to; null when it has neither failed nor timed out. It is URL-safe,
 * 18 characters long, and the same for the same cause in every process of one version of the rules.
 *
 * @param kind of the task's source.
 */
export function computeFailureKey(task: FailedTask, kind: TaskSourceKind): string | null {
  if (!isFailedStatus(task.status)) return null;
  const { rootCause } = task;
  const known = rootCause === null ? undefined : knownKeys.get(rootCause);
  if (known?.kind === kind) return known.key;
  const key = digestCause(task, kind);
  if (rootCause !== null) knownKeys.set(rootCause, { kind, key });
  return key;
}

/** Failures never change, and every list of groups and every filter by key asks for the keys of all of them. */
const knownKeys = new WeakMap<TaskFailure, { readonly kind: TaskSourceKind; readonly key: string }>();

function digestCause(task: FailedTask, kind: TaskSourceKind): string {
  const code = findFailureCode(task);
  const cause = code === null ? ['message', messagePattern(task.rootCause?.message ?? '')] : ['code', code];
  const digest = createHash('sha256').update(JSON.stringify([kind, ...cause]));
  return `${failureKeyVersion}${digest.digest('base64url').slice(0, 16)}`;
}

/** The error code of a failure; null where the plane gave none. */
function findFailureCode({ rootCause }: FailedTask): string | null {
  const code = rootCause?.code?.trim() ?? '';
  return code === '' ? null : code;
}

/**
 * Must be raised when the rules below change: then keys that clients have stored match nothing, instead of other
 * failures.
 */
const failureKeyVersion = '2-';

/** Replaces what differs from one message to the next. */
const ellipsis = '…';

/**
 * What messages of one cause have in common: the message with ids, numbers, paths and addresses replaced by `…`,
 * several in a row by one. Any word with a digit counts as an id or a number. Words in quotation marks stay: they name
 * the step, the operation or the reason as often as the object. The pattern of a pattern is the pattern itself, and every
 * expression here takes time linear in the length of the message.
 */
export function messagePattern(message: string): string {
  let pattern = truncate(maskVariables(oneLine(message)), maxPatternLength);
  // What was cut or replaced may look different now. Each round leaves fewer characters other than `…`, so it ends.
  for (let last = ''; last !== pattern;) {
    last = pattern;
    pattern = maskVariables(oneLine(pattern));
  }
  return pattern;
}

function maskVariables(line: string): string {
  return line
    .replace(pemBlock, ellipsis)
    .replace(url, ellipsis)
    .replace(path, maskPath)
    .replace(wordOrAddress, maskVariable)
    .replace(quotedEllipsis, ellipsis)
    .replace(severalInARow, ellipsis);
}

/** A message of a plane as one line. */
export function oneLine(message: string): string {
  return truncate(truncate(message, maxScannedLength).replace(/\s+/gu, ' ').trim(), maxLineLength);
}

/**
 * In UTF-16 units. Some planes send whole logs as messages: only their beginning is scanned, and less of it is shown.
 */
const maxScannedLength = 4_000;
const maxLineLength = 2_000;
const maxPatternLength = 400;

/** SDDC Manager puts whole certificates into its errors. */
const pemBlock = /-----BEGIN [^-]*-----[^-]*(?:-----END [^-]*-----)?/gu;

const url = /(?<![a-z\d+.-])[a-z][a-z\d+.-]*:\/\/[^\s"'<>()[\]{},;]+/giu;

/** Of a file system or a URL, from its root or a drive on; "read/write" is no path. */
const path = /(?<![\p{L}\p{N}_.~…/\\:-])(?:(?:~|\.{1,2})?\/|[a-z]:\\|\\\\)([^\s"'`“”‘’«»<>()[\]{},;|]*)/giu;

/** Of what may be a path, after its root: all but the marks at the end of the sentence. */
const pathBody = /^.*[\p{L}\p{N}][^.:]*/su;

/** Where nothing is named, no other start inside the text names anything either, so none is tried. */
function maskPath(run: string, rest: string): string {
  const body = pathBody.exec(rest)?.[0];
  return body === undefined ? run : `${ellipsis}${rest.slice(body.length)}`;
}

const wordOrAddress = /[\p{L}\p{N}_.:@%-]+/gu;
const quotedEllipsis = /"…"|'…'|`…`|“…”|‘…’|«…»/gu;
const severalInARow = /…(?:[\s.:,/@%_+=-]{0,3}…)+/gu;

const macAddress = /^(?:[\da-f]{2}:){5,7}[\da-f]{2}$/iu;
const emailAddress = /^[^@]+@[^@]+$/u;

/** Of host names, only those that cannot be taken for the name of a class or an operation (`astra.backup.prep`). */
const hostName = /\.(?:com|net|org|io|dev|cloud|local|localdomain|lan|internal|intra|corp|home|test|example|arpa)$/iu;

function maskVariable(run: string): string {
  // Punctuation at the end belongs to the sentence, but an IPv6 address may end with a colon.
  const sentence = trimTrailing(run, '.');
  const body = isColonAddress(sentence) ? sentence : trimTrailing(run, '.:-');
  const isAddress = isColonAddress(body) || emailAddress.test(body);
  const parts = isAddress ? [ellipsis] : body.split(':').map((part) => (isVariable(part) ? ellipsis : part));
  return `${parts.join(':')}${run.slice(body.length)}`;
}

/** Whether it is an IPv6 or MAC address. Any IPv4 address has digits, which is enough to replace it. */
function isColonAddress(text: string): boolean {
  return text.includes(':') && (isIPv6(text) || macAddress.test(text));
}

function trimTrailing(text: string, marks: string): string {
  let end = text.length;
  while (end > 0 && marks.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function isVariable(part: string): boolean {
  return /\p{N}/u.test(part) || hostName.test(part) || isRandomId(part);
}

/**
 * Ids of the catalog are 26 random letters and digits; one in a hundred has no digit, but hardly any has as few
 * capitals as a word.
 */
function isRandomId(part: string): boolean {
  return part.length === 26 && part.replace(/[^A-Z]/gu, '').length > 6;
}

/** Does not end with half a surrogate pair. */
function truncate(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** The words that all messages share, in their order; the others are replaced by `…`. Empty for no messages. */
export function sharedMessage(messages: Iterable<string>): string {
  let shared: readonly string[] | null = null;
  for (const message of new Set(messages)) {
    const words = oneLine(message).split(' ');
    shared = shared === null ? words : mergeWords(shared, words);
  }
  return (shared ?? []).filter((word, at, all) => word !== ellipsis || all[at - 1] !== ellipsis).join(' ');
}

function mergeWords(left: readonly string[], right: readonly string[]): readonly string[] {
  if (left.length === right.length) return left.map((word, at) => (word === right[at] ? word : ellipsis));
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start++;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  return [...left.slice(0, start), ellipsis, ...left.slice(left.length - end)];
}
