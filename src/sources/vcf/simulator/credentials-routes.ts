import type { PlaneRequest, PlaneResponse } from '../../simulation/plane-server.js';
import type { Random } from '../../simulation/random.js';
import type { Site } from './blueprint.js';
import { type CredentialsRecord, type NewPassword, type SimulatedCredentialsTasks, toOrdinaryTask } from './credentials-world.js';
import { type Route, vcfErrorResponse, type VcfVariants } from './routes.js';
import { listCredentialsSteps } from './steps.js';
import type { SimulatedActionResult } from './task-world.js';
import { filterObjects, isWireObject, referenceToken, toText, tryParseJson, type WireObject } from './wire-format.js';

interface CredentialsRouteOptions {
  readonly credentials: SimulatedCredentialsTasks;
  readonly site: Site;
  readonly variants: VcfVariants;
  /** For reference tokens, so that reads do not change what happens later. */
  readonly random: Random;
}

/** The credentials tasks. An unknown id is 400: the specification has no 404 here. */
export function credentialsRoutes({ credentials, site, variants, random }: CredentialsRouteOptions): Route[] {
  const refusal = (errorCode: string, message: string, id: string): PlaneResponse =>
    vcfErrorResponse(400, errorCode, message, { arguments: [id], referenceToken: referenceToken(random) });
  const unknown = (id: string): PlaneResponse => refusal('CREDENTIALS_TASK_NOT_FOUND', `There is no credentials task ${id}`, id);
  const actionAnswer = (result: SimulatedActionResult, record: CredentialsRecord, id: string): PlaneResponse => {
    if (result === 'accepted') return { status: 202, body: toOrdinaryTask(record, site) };
    return refusal('CREDENTIALS_TASK_NOT_FAILED', `Credentials task ${id} is not failed, or something is being done with it`, id);
  };
  const route = (
    method: string,
    below: string,
    handle: (record: CredentialsRecord, call: PlaneRequest, id: string, part: string) => PlaneResponse,
  ): Route => ({
    method,
    path: `/v1/credentials/tasks/:id${below}`,
    access: 'token',
    handle(call, id = '', part = '') {
      if (!variants.credentialsAvailable) return notFoundResponse;
      const record = credentials.get(id);
      return record === undefined ? unknown(id) : handle(record, call, id, part);
    },
  });
  return [
    {
      method: 'GET',
      path: '/v1/credentials/tasks',
      access: 'token',
      handle: ({ query }) =>
        variants.credentialsAvailable ? buildCredentialsListResponse(credentials, query, variants) : notFoundResponse,
    },
    route('GET', '', ({ json }) => ({ status: 200, body: json })),
    route('PATCH', '', (record, { body }, id) => {
      const spec = validateSpec(tryParseJson(body), record.json, site);
      if (!spec.ok) return refusal('CREDENTIALS_SPEC_INVALID', spec.problem, id);
      return actionAnswer(credentials.retry(id, spec.passwords), record, id);
    }),
    route('DELETE', '', (record, _call, id) => actionAnswer(credentials.cancel(id), record, id)),
    // The specification declares a credentials task here, so the response is one with only this subtask.
    route('GET', '/subtasks/:subtaskId', ({ json }, _call, _id, part) => {
      const step = listCredentialsSteps(json).find(({ node }) => node['id'] === part);
      return step === undefined ? unknown(part) : { status: 200, body: { ...json, subTasks: [step.node] } };
    }),
    route('GET', '/resource-credentials', ({ json }) => ({ status: 200, body: resourceCredentials(json, site) })),
  ];
}

const notFoundResponse = vcfErrorResponse(404, 'RESOURCE_NOT_FOUND', 'There is nothing at this path');

/** Newest first; `limit` is the only parameter. */
function buildCredentialsListResponse(
  credentials: SimulatedCredentialsTasks,
  query: URLSearchParams,
  variants: VcfVariants,
): PlaneResponse {
  const limit = query.get('limit');
  if (limit !== null && !/^\d{1,9}$/.test(limit))
    return vcfErrorResponse(400, 'INVALID_PARAMETER', 'limit is not a whole number', { arguments: ['limit'] });
  const newestFirst = credentials
    .all()
    .map(({ json }) => json)
    .toReversed();
  const elements = newestFirst.toSorted(byCreationDescending).slice(0, limit === null ? undefined : Number(limit));
  if (variants.legacy || !variants.withPageMetadata) return { status: 200, body: { elements } };
  const pageMetadata = { pageNumber: 0, pageSize: elements.length, totalElements: elements.length, totalPages: 1 };
  return { status: 200, body: { elements, pageMetadata } };
}

function byCreationDescending(a: WireObject, b: WireObject): number {
  const [left, right] = [toText(a['creationTimestamp']), toText(b['creationTimestamp'])];
  return left < right ? 1 : left > right ? -1 : 0;
}

/** ResourceCredentials, with a password, as the real plane may send it. */
function resourceCredentials(task: WireObject, site: Site): WireObject[] {
  const subtasks = listCredentialsSteps(task).map(({ node }) => node);
  return [...new Set(subtasks.map((node) => toText(node['resourceName'])))].map((resourceName) => {
    const own = subtasks.filter((node) => node['resourceName'] === resourceName);
    const credentials = own.map(({ credentialType, username, oldPassword }) => ({
      credentialType,
      accountType: 'USER',
      username,
      password: oldPassword,
    }));
    return { resourceName, resourceId: site.resourceId(resourceName), resourceType: own[0]?.['entityType'], credentials };
  });
}

/** The problem of a CredentialsUpdateSpec for a retry, or the passwords in it. */
type SpecValidation = { readonly ok: false; readonly problem: string } | { readonly ok: true; readonly passwords: readonly NewPassword[] };

/** Validates the body of a retry as SDDC Manager does, up to the first problem. */
function validateSpec(body: unknown, task: WireObject, site: Site): SpecValidation {
  if (!isWireObject(body)) return problem('A credentials update spec is needed');
  const operation = toText(body['operationType']);
  if (operation === '') return problem('operationType is missing');
  if (operation !== task['type']) return problem(`operationType is ${operation}, that of the task is ${toText(task['type'])}`);
  const policy = body['autoRotatePolicy'];
  if (operation === 'UPDATE_AUTO_ROTATE_POLICY' && !(isWireObject(policy) && typeof policy['enableAutoRotatePolicy'] === 'boolean')) {
    return problem('autoRotatePolicy.enableAutoRotatePolicy is missing');
  }
  const elements = filterObjects(body['elements']);
  if (elements.length === 0) return problem('elements is missing or empty');
  const passwords: NewPassword[] = [];
  for (const [index, element] of elements.entries()) {
    const reading = validateElement(element, `elements[${index}]`, {
      needsPassword: operation === 'UPDATE' || operation === 'REMEDIATE',
      task,
      site,
    });
    if (!reading.ok) return reading;
    passwords.push(...reading.passwords);
  }
  return { ok: true, passwords };
}

interface ElementRules {
  readonly needsPassword: boolean;
  readonly task: WireObject;
  readonly site: Site;
}

function validateElement(element: WireObject, at: string, { needsPassword, task, site }: ElementRules): SpecValidation {
  if (toText(element['resourceType']) === '') return problem(`${at}.resourceType is missing`);
  const [name, id] = [toText(element['resourceName']), toText(element['resourceId'])];
  if (name === '' && id === '') return problem(`${at}.resourceName is missing`);
  const resourceNames = listCredentialsSteps(task).map(({ node }) => toText(node['resourceName']));
  const resourceName = resourceNames.find((known) => (name === '' ? site.resourceId(known) === id : known === name));
  if (resourceName === undefined) return problem(`${at} names a resource that the task does not have`);
  const credentials = filterObjects(element['credentials']);
  if (credentials.length === 0) return problem(`${at}.credentials is missing or empty`);
  for (const [index, credential] of credentials.entries()) {
    if (toText(credential['username']) === '') return problem(`${at}.credentials[${index}].username is missing`);
    if (needsPassword && toText(credential['password']) === '') return problem(`${at}.credentials[${index}].password is missing`);
  }
  const given = credentials.filter(({ password }) => toText(password) !== '');
  return {
    ok: true,
    passwords: given.map(({ username, password }) => ({ resourceName, username: toText(username), password: toText(password) })),
  };
}

function problem(text: string): SpecValidation {
  return { ok: false, problem: text };
}
