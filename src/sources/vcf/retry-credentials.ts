import { Field, ID, InputType } from 'type-graphql';

import type { SourceInput } from '../../model/action.js';
import { Secret, type SecretText } from '../../model/secret.js';
import type { Task } from '../../model/task.js';
import type { VcfCredentialsSubtask } from './types.js';
import { dropDuplicates } from './wire.js';

/** Name of the mutation that retries a credentials task with credentials of the caller. */
export const retryVcfCredentialsTask = 'retryVcfCredentialsTask';

/** What the mutation passes as `ActionCommand.input.value`. */
export interface VcfCredentialsRetry {
  readonly elements: readonly VcfCredentialsElementInput[];
}

/** The input of the mutation; null when the action came from another mutation, or has no input. */
export function parseCredentialsRetry(input: SourceInput | null): VcfCredentialsRetry | null {
  if (input === null || input.kind !== 'VCF' || input.mutation !== retryVcfCredentialsTask) return null;
  // The value is unknown to the gateway by design. Only that mutation sets it, from arguments that GraphQL has
  // validated.
  return input.value as VcfCredentialsRetry;
}

@InputType({ description: 'The credential of one account that SDDC Manager is to use.' })
export class VcfCredentialsElementInput {
  @Field(() => ID, {
    description: 'Id of the resource that the account belongs to. Required when resourceName is not given.',
    nullable: true,
  })
  resourceId?: string | null | undefined;

  @Field(() => String, {
    description: 'Name of the resource that the account belongs to. Required when resourceId is not given.',
    nullable: true,
  })
  resourceName?: string | null | undefined;

  @Field(() => String, { description: 'Type of the resource, for example ESXI, VCENTER or NSXT_MANAGER.' })
  resourceType!: string;

  @Field(() => String, {
    description: 'Type of the credential: SSO, SSH, API, FTP or AUDIT. Null leaves it out of the request.',
    nullable: true,
  })
  credentialType?: string | null | undefined;

  @Field(() => String, { description: 'Type of the account: USER, SYSTEM or SERVICE. Null leaves it out of the request.', nullable: true })
  accountType?: string | null | undefined;

  @Field(() => String, { description: 'User name of the account.' })
  username!: string;

  @Field(() => Secret, {
    description: 'Password of the account. Required to retry an UPDATE or REMEDIATE, and not sent to retry a ROTATE.',
    nullable: true,
  })
  password?: SecretText | null | undefined;
}

/**
 * The credentials that a retry must name: those of the failed subtasks, and of the failed dependents of subtasks that
 * did not fail. Null when one of them is not identified: a retry that leaves one out would look complete.
 */
export function findFailedCredentials(parts: Task['parts']): readonly VcfCredentialsElementInput[] | null {
  const elements: VcfCredentialsElementInput[] = [];
  for (const subtask of findFailedSubtasks(parts.filter(isCredentialsSubtask))) {
    const { resourceName, entityType: resourceType, credentialType, username } = subtask;
    if (resourceName === null || resourceType === null || username === null) return null;
    elements.push({ resourceName, resourceType, credentialType, username });
  }
  return elements;
}

function findFailedSubtasks(subtasks: readonly VcfCredentialsSubtask[]): readonly VcfCredentialsSubtask[] {
  return subtasks.flatMap((subtask) => (subtask.status === 'FAILED' ? [subtask] : findFailedSubtasks(subtask.children)));
}

function isCredentialsSubtask(part: Task['parts'][number]): part is VcfCredentialsSubtask {
  return part.__typename === 'VcfCredentialsSubtask';
}

/**
 * Builds a CredentialsUpdateSpec as JSON, with the credentials grouped by resource. A ROTATE generates its own
 * passwords, so none is sent with it. This is the only place that reveals a password.
 */
export function buildRetryBody(
  operationType: string,
  elements: readonly VcfCredentialsElementInput[],
  passwords: 'sent' | 'left out',
): string {
  const resources = new Map<string, { resource: RetryResource; credentials: RetryCredential[] }>();
  for (const element of elements) {
    const resource = toResource(element);
    const key = JSON.stringify(resource);
    const group = resources.get(key) ?? { resource, credentials: [] };
    group.credentials.push(toCredential(element, passwords));
    resources.set(key, group);
  }
  return JSON.stringify({
    operationType,
    elements: [...resources.values()].map(({ resource, credentials }) => ({ ...resource, credentials: dropDuplicates(credentials) })),
  });
}

type RetryResource = ReturnType<typeof toResource>;
type RetryCredential = ReturnType<typeof toCredential>;

/** JSON leaves out undefined members. */
function toResource({ resourceName, resourceId, resourceType }: VcfCredentialsElementInput) {
  return { resourceName: resourceName ?? undefined, resourceId: resourceId ?? undefined, resourceType };
}

function toCredential({ credentialType, accountType, username, password }: VcfCredentialsElementInput, passwords: 'sent' | 'left out') {
  return {
    credentialType: credentialType ?? undefined,
    accountType: accountType ?? undefined,
    username,
    password: passwords === 'sent' ? password?.reveal() : undefined,
  };
}
