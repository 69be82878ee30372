import { Field, ID, InputType } from 'type-graphql';

import type { SourceInput } from '../../model/action.js';
import { Secret, type SecretText } from '../../model/secret.js';
import type { Task } from '../../model/task.js';
import type { VcfCredentialsSubtask } from './types.js';
import { dropDuplicates } from './wire.js';

/** The mutation that takes what a credentials task needs again. */
export const retryVcfCredentialsTask = 'retryVcfCredentialsTask';

/** What that mutation passes as `ActionCommand.input.value`. */
export interface VcfCredentialsRetry {
  readonly elements: readonly VcfCredentialsElementInput[];
}

/** The input of an action, where it is that of our own mutation; null for any other and for none. */
export function parseCredentialsRetry(input: SourceInput | null): VcfCredentialsRetry | null {
  if (input === null || input.kind !== 'VCF' || input.mutation !== retryVcfCredentialsTask) return null;
  return input.value as VcfCredentialsRetry; // Written by that mutation alone, from arguments that GraphQL has checked.
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
 * What a retry has to name: the credential of each failed subtask, or, where one has not failed itself, of those that
 * depend on it. Null when one of them does not say which it is: a retry that leaves one out would look complete.
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
 * A CredentialsUpdateSpec, as JSON: the credentials of one resource together, absent keys left out. A ROTATE makes its
 * own passwords, so it carries none. The only place that reveals a password.
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

/** Undefined keys are left out by JSON. */
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
