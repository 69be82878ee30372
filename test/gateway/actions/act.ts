import type { PlaneRequest, PlaneFault } from '../../../src/sources/simulation/plane-server.js';
import type { Json } from '../../support/post.js';
import type { PlaneName, World } from '../../support/world.js';

const errorFields = `
  __typename
  ... on TaskActionErrorFields { message path }
  ... on TaskNotFoundError { taskId }
  ... on TaskActionNotAllowedError { blockers { code message } }
  ... on TaskConflictError { currentStatus }
  ... on TaskSourceError { problem { kind message httpStatus referenceToken } isRetryable retryAfterMs }
  ... on TaskOutcomeUnknownError { problem { kind message httpStatus referenceToken } observedStatus }
`;

const payloadFields = `
  __typename taskId outcome isRepeat auditId
  task { id status warnings { __typename } retry { isAllowed blockers { code } } cancel { isAllowed blockers { code } } }
  errors { ${errorFields} }
`;

export type SingleMutation = 'retryTask' | 'cancelTask' | 'retryVcfCredentialsTask';
export type BulkMutation = 'retryTasks' | 'cancelTasks';

/** One action on one task; its payload. */
export async function act(world: World, mutation: SingleMutation, input: Readonly<Record<string, unknown>>): Promise<Json> {
  const { data, errors } = await world.graphql(singleDocument(mutation), { input });
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join(' '));
  return data[mutation];
}

/** The same action on several tasks; the payloads. */
export async function actOnMany(world: World, mutation: BulkMutation, input: Readonly<Record<string, unknown>>): Promise<Json[]> {
  const { data, errors } = await world.graphql(bulkDocument(mutation), { input });
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join(' '));
  return data[mutation].results;
}

export function singleDocument(mutation: SingleMutation): string {
  const inputType = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation Act($input: ${inputType}!) { ${mutation}(input: $input) { ${payloadFields} clientMutationId } }`;
}

export function bulkDocument(mutation: BulkMutation): string {
  const inputType = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation Act($input: ${inputType}!) { ${mutation}(input: $input) { results { ${payloadFields} } clientMutationId } }`;
}

/** Codes of the blockers that refused an action, sorted; empty when there were none. */
export function blockerCodes(payload: Json): string[] {
  const blockers: { code: string }[] = payload.errors.flatMap((error: Json) => error.blockers ?? []);
  return blockers.map(({ code }) => code).sort();
}

/** Whether a request retries or cancels a task; the renewal of a token is a PATCH, too. */
export function isAction({ method, path }: Pick<PlaneRequest, 'method' | 'path'>): boolean {
  return method !== 'GET' && !path.startsWith('/v1/tokens') && path !== '/service-account-token';
}

/** The actions that reached a plane. */
export function actionsAt(world: World, name: PlaneName): readonly PlaneRequest[] {
  return world.calls(name).filter(isAction);
}

/** The actions that reached any plane. */
export function allActions(world: World): readonly PlaneRequest[] {
  return (Object.keys(world.planes) as PlaneName[]).flatMap((name) => actionsAt(world, name));
}

/** Applies a fault to actions only. */
export function onActions(fault: PlaneFault): PlaneFault {
  return (call, handle) => (isAction(call) ? fault(call, handle) : handle());
}

/** The status of a task, read from its plane now. */
export async function statusOf(world: World, id: string): Promise<Json> {
  const { data } = await world.graphql('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { status } }', { id });
  return data.task?.status ?? null;
}
