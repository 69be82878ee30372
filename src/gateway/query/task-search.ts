import type { TaskFailure } from '../../model/failure.js';
import type { TaskResource } from '../../model/resource.js';
import { isGatewayWarning, type TaskWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';
import { listNamedResources } from '../cache/resource-index.js';

/** What a task is found by, in one case of letters. */
interface SearchTexts {
  /** Found by any part of them; one in a line. */
  readonly texts: string;
  /** Found by how they begin: any word of a few hexadecimal digits is somewhere in a UUID. Each follows a line break. */
  readonly ids: string;
}

/** Computed once for each task, because every search tests all of them. */
const searchTexts = new WeakMap<Task, SearchTexts>();

/**
 * Tests whether a task has a text that somebody pasted, in upper or lower case, and without the spaces around it. Ids in
 * this API and URIs of resources have to be equal, because most tasks of a source share the words in them.
 */
export function compileTextTest(pasted: string): (task: Task) => boolean {
  const wanted = pasted.trim();
  const part = foldCase(wanted);
  const mayBeId = wanted.includes(':');
  const mayBeUri = wanted.startsWith('/');
  const isNamed = ({ id, uri }: TaskResource): boolean =>
    (mayBeId && id === wanted) || (mayBeUri && uri !== null && foldCase(uri) === part);
  return (task) => {
    const { texts, ids } = findSearchTexts(task);
    if (texts.includes(part) || ids.includes(`\n${part}`)) return true;
    return (mayBeId && task.id === wanted) || ((mayBeId || mayBeUri) && listNamedResources(task).some(isNamed));
  };
}

/** Neither conversion alone folds all letters that differ only in case, such as the two forms of small sigma. */
export function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}

/** Built with loops, and without lists of its own: the first search after a start does it for every task at once. */
function findSearchTexts(task: Task): SearchTexts {
  const known = searchTexts.get(task);
  if (known !== undefined) return known;
  let texts = `${task.name}${line(task.description)}${line(task.operation)}`;
  let ids = `\n${task.sourceTaskId}`;
  for (const { name, fqdn, sourceResourceId } of listNamedResources(task)) {
    texts += fqdn === name ? line(name) : line(name) + line(fqdn);
    ids += line(sourceResourceId);
  }
  for (const failure of task.allFailures ?? task.failures) {
    texts += describeFailure(failure);
    ids += listReferenceTokens(failure);
  }
  for (const warning of task.warnings) if (!isGatewayWarning(warning)) texts += describeWarning(warning);
  const found = { texts: foldCase(texts), ids: foldCase(ids) };
  searchTexts.set(task, found);
  return found;
}

function line(text: string | null): string {
  return text === null ? '' : `\n${text}`;
}

function describeFailure({ code, message, remediation, subtaskPath, causes }: TaskFailure): string {
  return [code, message, remediation, ...subtaskPath].map(line).join('') + causes.map(describeFailure).join('');
}

function listReferenceTokens({ referenceToken, causes }: TaskFailure): string {
  return line(referenceToken) + causes.map(listReferenceTokens).join('');
}

/** Everything that a warning of a plane says, such as the id of the request. */
function describeWarning({ __typename: _typename, ...fields }: TaskWarning): string {
  return listStrings(fields).map(line).join('');
}

function listStrings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listStrings) : [];
}
