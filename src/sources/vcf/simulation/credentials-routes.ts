import type { PlaneAnswer, PlaneCall } from '../../../simulation/plane-server.js';
import type { Random } from '../../../simulation/random.js';
import type { ActionResult } from './action-result.js';
import { readSpec } from './credentials-spec.js';
import type { CredentialsRecord, CredentialsWorld } from './credentials-world.js';
import { errorAnswer } from './error-answers.js';
import { type WireObject, parsedJson, textOf } from './wire-object.js';
import type { Modes } from './modes.js';
import { ordinaryTask } from './ordinary-task.js';
import { referenceToken } from './reference-token.js';
import type { Route } from './route.js';
import type { Site } from './site.js';
import { credentialsStepsOf } from './steps.js';

export interface CredentialsRouteOptions {
  readonly credentials: CredentialsWorld;
  readonly site: Site;
  readonly modes: Modes;
  /** For reference tokens; reading must not change what becomes of the world. */
  readonly random: Random;
}

/** The credentials tasks. An unknown id is 400: the specification has no 404 here. */
export function credentialsRoutes({ credentials, site, modes, random }: CredentialsRouteOptions): Route[] {
  const refusal = (errorCode: string, message: string, id: string): PlaneAnswer =>
    errorAnswer(400, errorCode, message, { arguments: [id], referenceToken: referenceToken(random) });
  const unknown = (id: string): PlaneAnswer => refusal('CREDENTIALS_TASK_NOT_FOUND', `There is no credentials task ${id}`, id);
  const actionAnswer = (result: ActionResult, record: CredentialsRecord, id: string): PlaneAnswer => {
    if (result === 'accepted') return { status: 202, body: ordinaryTask(record, site) };
    return refusal('CREDENTIALS_TASK_NOT_FAILED', `Credentials task ${id} is not failed, or something is being done with it`, id);
  };
  const route = (
    method: string,
    below: string,
    answer: (record: CredentialsRecord, call: PlaneCall, id: string, part: string) => PlaneAnswer,
  ): Route => ({
    method,
    path: `/v1/credentials/tasks/:id${below}`,
    access: 'token',
    answer(call, id = '', part = '') {
      if (!modes.credentialsAvailable) return notThere;
      const record = credentials.get(id);
      return record === undefined ? unknown(id) : answer(record, call, id, part);
    },
  });
  return [
    {
      method: 'GET',
      path: '/v1/credentials/tasks',
      access: 'token',
      answer: ({ query }) => (modes.credentialsAvailable ? list(credentials, query, modes) : notThere),
    },
    route('GET', '', ({ json }) => ({ status: 200, body: json })),
    route('PATCH', '', (record, { body }, id) => {
      const spec = readSpec(parsedJson(body), record.json, site);
      if (!spec.ok) return refusal('CREDENTIALS_SPEC_INVALID', spec.problem, id);
      return actionAnswer(credentials.retry(id, spec.passwords), record, id);
    }),
    route('DELETE', '', (record, _call, id) => actionAnswer(credentials.cancel(id), record, id)),
    // Declared as a credentials task, so it is answered as one: with this subtask alone.
    route('GET', '/subtasks/:subtaskId', ({ json }, _call, _id, part) => {
      const step = credentialsStepsOf(json).find(({ node }) => node['id'] === part);
      return step === undefined ? unknown(part) : { status: 200, body: { ...json, subTasks: [step.node] } };
    }),
    route('GET', '/resource-credentials', ({ json }) => ({ status: 200, body: resourceCredentials(json, site) })),
  ];
}

const notThere = errorAnswer(404, 'RESOURCE_NOT_FOUND', 'There is nothing at this path');

/** Newest first; `limit` alone. */
function list(credentials: CredentialsWorld, query: URLSearchParams, modes: Modes): PlaneAnswer {
  const limit = query.get('limit');
  if (limit !== null && !/^\d{1,9}$/.test(limit))
    return errorAnswer(400, 'INVALID_PARAMETER', 'limit is not a whole number', { arguments: ['limit'] });
  const newestFirst = credentials
    .all()
    .map(({ json }) => json)
    .toReversed();
  const elements = newestFirst.toSorted(byCreationDescending).slice(0, limit === null ? undefined : Number(limit));
  if (modes.legacy || !modes.withPageMetadata) return { status: 200, body: { elements } };
  const pageMetadata = { pageNumber: 0, pageSize: elements.length, totalElements: elements.length, totalPages: 1 };
  return { status: 200, body: { elements, pageMetadata } };
}

function byCreationDescending(a: WireObject, b: WireObject): number {
  const [left, right] = [textOf(a['creationTimestamp']), textOf(b['creationTimestamp'])];
  return left < right ? 1 : left > right ? -1 : 0;
}

/** ResourceCredentials, with a password as the real one may have it. */
function resourceCredentials(task: WireObject, site: Site): WireObject[] {
  const subtasks = credentialsStepsOf(task).map(({ node }) => node);
  return [...new Set(subtasks.map((node) => textOf(node['resourceName'])))].map((resourceName) => {
    const own = subtasks.filter((node) => node['resourceName'] === resourceName);
    const credentials = own.map(({ credentialType, username, oldPassword }) => ({
      credentialType,
      accountType: 'USER',
      username,
      password: oldPassword,
    }));
    return { resourceName, resourceId: site.idOf(resourceName), resourceType: own[0]?.['entityType'], credentials };
  });
}
