import type { PlaneResponse } from '../../simulation/plane-server.js';
import type { Random } from '../../simulation/random.js';
import type { Site } from './blueprint.js';
import { type SimulatedCredentialsTasks, toOrdinaryTask } from './credentials-world.js';
import { type Route, vcfErrorResponse, type VcfVariants } from './routes.js';
import type { SimulatedActionResult, SimulatedTasks } from './task-world.js';
import { canonicalStatus, filterObjects, referenceToken, spellStatusById, toText, type WireObject } from './wire-format.js';

interface TaskRouteOptions {
  readonly tasks: SimulatedTasks;
  readonly credentials: SimulatedCredentialsTasks;
  readonly site: Site;
  readonly variants: VcfVariants;
  /** For reference tokens, so that reads do not change what happens later. */
  readonly random: Random;
}

/** The ordinary tasks, and credentials tasks as ordinary ones. */
export function taskRoutes({ tasks, credentials, site, variants, random }: TaskRouteOptions): Route[] {
  const toVisibleTask = (task: WireObject): WireObject => (variants.legacy ? withoutRetryable(task) : task);
  const credentialsTask = (id: string): WireObject | undefined => {
    const record = credentials.get(id);
    return record === undefined || record.ordinary === null ? undefined : toOrdinaryTask(record, site);
  };
  const notFound = (id: string): PlaneResponse =>
    vcfErrorResponse(404, 'TA_TASK_NOT_FOUND', `Task with ID ${id} not found`, { arguments: [id], referenceToken: referenceToken(random) });
  const toResponse = (result: SimulatedActionResult, id: string, texts: RefusalTexts): PlaneResponse => {
    if (result === 'accepted') return { status: 200 };
    if (result === 'not-found') return notFound(id);
    const details = { arguments: [id], referenceToken: referenceToken(random) };
    return vcfErrorResponse(409, texts.errorCode, result === 'wrong-status' ? texts.wrongStatus : texts.refused, details);
  };
  const byId = { path: '/v1/tasks/:id', access: 'token' } as const;
  return [
    {
      method: 'GET',
      path: '/v1/tasks',
      access: 'token',
      handle(call) {
        const alsoOrdinary = credentials.all().filter((record) => record.ordinary !== null);
        const all = [...tasks.all(), ...alsoOrdinary.map((record) => toOrdinaryTask(record, site))];
        return buildTaskListResponse(all.map(toVisibleTask), call.query, variants);
      },
    },
    {
      ...byId,
      method: 'GET',
      handle(_call, id = '') {
        const task = tasks.get(id) ?? credentialsTask(id);
        return task === undefined
          ? notFound(id)
          : { status: 200, body: { ...toVisibleTask(task), status: spellStatusById(task['status']) } };
      },
    },
    {
      ...byId,
      method: 'PATCH',
      handle: (_call, id = '') => toResponse(credentialsTask(id) === undefined ? tasks.retry(id) : 'refused', id, retryTexts),
    },
    {
      ...byId,
      method: 'DELETE',
      handle: (_call, id = '') => toResponse(credentialsTask(id) === undefined ? tasks.cancel(id) : 'refused', id, cancelTexts),
    },
  ];
}

interface RefusalTexts {
  readonly errorCode: string;
  readonly wrongStatus: string;
  readonly refused: string;
}

const retryTexts: RefusalTexts = {
  errorCode: 'TA_TASK_CAN_NOT_BE_RETRIED',
  wrongStatus: 'Only a failed task can be retried',
  refused: 'This task cannot be retried here or now',
};

const cancelTexts: RefusalTexts = {
  errorCode: 'TA_TASK_CAN_NOT_BE_CANCELLED',
  wrongStatus: 'Only a task in progress can be cancelled',
  refused: 'This task cannot be cancelled here or now',
};

function withoutRetryable(task: WireObject): WireObject {
  return Object.fromEntries(Object.entries(task).filter(([name]) => name !== 'isRetryable'));
}

/** The documented maximum of pageSize, and here also its default. */
const maxPageSize = 100;

const wholeNumbers = ['limit', 'completedAfter', 'pageNumber', 'pageSize'];

/**
 * GET /v1/tasks. Parameters: limit, taskStatus, taskType, resourceId, resourceType, completedAfter (before 5.1 only
 * these), pageNumber, pageSize, orderBy, orderDirection, taskName, and doLiveRefresh since 9.0. Where the specification
 * is silent: filters are joined by AND; taskStatus matches in any spelling; an invalid number is 400; `limit` applies
 * before paging; a page after the last is empty; unknown parameters and orders are ignored.
 */
function buildTaskListResponse(tasks: readonly WireObject[], query: URLSearchParams, variants: VcfVariants): PlaneResponse {
  const parameters = variants.legacy ? new URLSearchParams([...query].filter(([name]) => legacyParameters.has(name))) : query;
  const bad = wholeNumbers.find((name) => parameters.has(name) && !/^\d{1,15}$/.test(parameters.get(name) ?? ''));
  if (bad !== undefined) return vcfErrorResponse(400, 'INVALID_PARAMETER', `${bad} is not a whole number`, { arguments: [bad] });
  const found = sortTasks(
    tasks.filter((task) => matchesQuery(task, parameters)),
    parameters,
    variants,
  ).slice(0, readNumber(parameters, 'limit'));
  return variants.legacy ? { status: 200, body: { elements: found } } : paginate(found, parameters, variants);
}

const legacyParameters = new Set(['limit', 'taskStatus', 'taskType', 'resourceId', 'resourceType', 'completedAfter']);

function matchesQuery(task: WireObject, query: URLSearchParams): boolean {
  const readParameter = (name: string): string | null => query.get(name) || null;
  const resources = filterObjects(task['resources']);
  const [status, type, name] = [readParameter('taskStatus'), readParameter('taskType'), readParameter('taskName')];
  const [resourceId, resourceType, completedAfter] = [
    readParameter('resourceId'),
    readParameter('resourceType'),
    readNumber(query, 'completedAfter'),
  ];
  return (
    (status === null || canonicalStatus(task['status']) === canonicalStatus(status)) &&
    (type === null || task['type'] === type) &&
    (name === null || toText(task['name']).includes(name)) &&
    (resourceId === null || resources.some((resource) => resource['resourceId'] === resourceId)) &&
    (resourceType === null || resources.some((resource) => resource['type'] === resourceType)) &&
    (completedAfter === undefined || (isCompleted(task) && Date.parse(toText(task['completionTimestamp'])) > completedAfter))
  );
}

/** The specification says that only these two statuses count as completed here. */
function isCompleted(task: WireObject): boolean {
  return ['SUCCESSFUL', 'FAILED'].includes(canonicalStatus(task['status']));
}

/** Ties stay in insertion order; the descending order reverses them too. */
function sortTasks(tasks: readonly WireObject[], query: URLSearchParams, variants: VcfVariants): WireObject[] {
  const field = orderFields.has(query.get('orderBy') ?? '') ? (query.get('orderBy') ?? '') : 'creationTimestamp';
  const direction = (query.get('orderDirection') ?? '').toUpperCase() || (variants.newestFirst ? 'DESC' : 'ASC');
  const ascending = tasks
    .map((task) => ({ task, key: toText(task[field]) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return (direction === 'DESC' ? ascending.toReversed() : ascending).map(({ task }) => task);
}

const orderFields = new Set(['creationTimestamp', 'completionTimestamp', 'name', 'status', 'type']);

function paginate(found: readonly WireObject[], query: URLSearchParams, variants: VcfVariants): PlaneResponse {
  const size = readNumber(query, 'pageSize') ?? maxPageSize;
  const number = readNumber(query, 'pageNumber') ?? variants.pageBase;
  if (size < 1 || size > maxPageSize) return vcfErrorResponse(400, 'INVALID_PAGE_SIZE', `pageSize is not from 1 to ${maxPageSize}`);
  if (number < variants.pageBase) return vcfErrorResponse(400, 'INVALID_PAGE_NUMBER', `pageNumber is below ${variants.pageBase}`);
  const start = (number - variants.pageBase) * size;
  const elements = found.slice(start, start + size);
  if (!variants.withPageMetadata) return { status: 200, body: { elements } };
  // pageSize is the number of elements in this page, not the requested size.
  const counts = { totalElements: found.length, totalPages: Math.ceil(found.length / size) };
  return { status: 200, body: { elements, pageMetadata: { pageNumber: number, pageSize: elements.length, ...counts } } };
}

function readNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : Number(text);
}
