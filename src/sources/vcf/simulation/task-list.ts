import type { PlaneAnswer } from '../../../simulation/plane-server.js';
import { errorAnswer } from './error-answers.js';
import { type WireObject, objectsIn, textOf } from './wire-object.js';
import type { Modes } from './modes.js';
import { canonicalStatus } from './status-spelling.js';

/** The documented most of pageSize, and here also what it is when it is not given. */
const maxPageSize = 100;

const wholeNumbers = ['limit', 'completedAfter', 'pageNumber', 'pageSize'];

/**
 * GET /v1/tasks. Where the specification is silent: filters are joined by AND; taskStatus matches in any spelling; a
 * number that is none, or out of range, is 400; `limit` cuts before pages are made; a page beyond the last is empty;
 * parameters that are not known, and orders that are not, are ignored.
 */
export function taskList(tasks: readonly WireObject[], query: URLSearchParams, modes: Modes): PlaneAnswer {
  const asked = modes.legacy ? new URLSearchParams([...query].filter(([name]) => legacyParameters.has(name))) : query;
  const bad = wholeNumbers.find((name) => asked.has(name) && !/^\d{1,15}$/.test(asked.get(name) ?? ''));
  if (bad !== undefined) return errorAnswer(400, 'INVALID_PARAMETER', `${bad} is not a whole number`, { arguments: [bad] });
  const found = ordered(
    tasks.filter((task) => isWanted(task, asked)),
    asked,
    modes,
  ).slice(0, numberOf(asked, 'limit'));
  return modes.legacy ? { status: 200, body: { elements: found } } : page(found, asked, modes);
}

const legacyParameters = new Set(['limit', 'taskStatus', 'taskType', 'resourceId', 'resourceType', 'completedAfter']);

function isWanted(task: WireObject, query: URLSearchParams): boolean {
  const asked = (name: string): string | null => query.get(name) || null;
  const resources = objectsIn(task['resources']);
  const [status, type, name] = [asked('taskStatus'), asked('taskType'), asked('taskName')];
  const [resourceId, resourceType, completedAfter] = [asked('resourceId'), asked('resourceType'), numberOf(query, 'completedAfter')];
  return (
    (status === null || canonicalStatus(task['status']) === canonicalStatus(status)) &&
    (type === null || task['type'] === type) &&
    (name === null || textOf(task['name']).includes(name)) &&
    (resourceId === null || resources.some((resource) => resource['resourceId'] === resourceId)) &&
    (resourceType === null || resources.some((resource) => resource['type'] === resourceType)) &&
    (completedAfter === undefined || (isCompleted(task) && Date.parse(textOf(task['completionTimestamp'])) > completedAfter))
  );
}

/** "Completed" means only these two here, says the specification. */
function isCompleted(task: WireObject): boolean {
  return ['SUCCESSFUL', 'FAILED'].includes(canonicalStatus(task['status']));
}

/** Ties stay in the order in which the tasks came; the reverse order reverses them too. */
function ordered(tasks: readonly WireObject[], query: URLSearchParams, modes: Modes): WireObject[] {
  const field = orderFields.has(query.get('orderBy') ?? '') ? (query.get('orderBy') ?? '') : 'creationTimestamp';
  const direction = (query.get('orderDirection') ?? '').toUpperCase() || (modes.newestFirst ? 'DESC' : 'ASC');
  const ascending = tasks
    .map((task) => ({ task, key: textOf(task[field]) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return (direction === 'DESC' ? ascending.toReversed() : ascending).map(({ task }) => task);
}

const orderFields = new Set(['creationTimestamp', 'completionTimestamp', 'name', 'status', 'type']);

function page(found: readonly WireObject[], query: URLSearchParams, modes: Modes): PlaneAnswer {
  const size = numberOf(query, 'pageSize') ?? maxPageSize;
  const number = numberOf(query, 'pageNumber') ?? modes.pageBase;
  if (size < 1 || size > maxPageSize) return errorAnswer(400, 'INVALID_PAGE_SIZE', `pageSize is not from 1 to ${maxPageSize}`);
  if (number < modes.pageBase) return errorAnswer(400, 'INVALID_PAGE_NUMBER', `pageNumber is below ${modes.pageBase}`);
  const start = (number - modes.pageBase) * size;
  const elements = found.slice(start, start + size);
  if (!modes.withPageMetadata) return { status: 200, body: { elements } };
  // pageSize is the number of elements in this page, not the size that was asked for.
  const counts = { totalElements: found.length, totalPages: Math.ceil(found.length / size) };
  return { status: 200, body: { elements, pageMetadata: { pageNumber: number, pageSize: elements.length, ...counts } } };
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : Number(text);
}
