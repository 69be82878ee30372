import type { Random } from '../../../simulation/random.js';
import { instantText } from './instant-text.js';
import { referenceToken } from './reference-token.js';
import type { Site } from './site.js';
import type { CredentialsSubTaskJson, CredentialsTaskJson, ErrorJson, ResourceJson } from './wire-json.js';

/** A credentials task of the start. */
export interface SeedCredentialsTask {
  readonly json: CredentialsTaskJson;
  /** `credentials`: it is not in /v1/tasks. */
  readonly listedIn: 'both' | 'credentials';
  /** Milliseconds until it goes on by itself; null: it does not. */
  readonly startsInMs: number | null;
}

const words: Readonly<Record<string, string>> = {
  ROTATE: 'rotation',
  UPDATE: 'update',
  REMEDIATE: 'remediation',
  UPDATE_AUTO_ROTATE_POLICY: 'auto rotate policy',
};

/** The credentials tasks of a site when the simulation begins: every operation and every status. `now` in milliseconds since 1970. */
export function seedCredentials(site: Site, random: Random, now: number): SeedCredentialsTask[] {
  const [first, second, third] = site.hosts;
  const [nsx, otherNsx] = site.nsxManagers;
  const vCenter = random.pick(site.vCenters);
  const change = (machine: ResourceJson | undefined, status: string, account = 'root:SSH', dependents: Change[] = []): Change => ({
    machine: machine ?? site.sddcManager,
    status,
    account,
    dependents,
  });
  const seed = (type: string, status: string, minutesAgo: number, changes: Change[]): SeedCredentialsTask => ({
    json: credentialsTask(type, status, changes, random, now - minutesAgo * 60_000),
    listedIn: 'both',
    startsInMs: null,
  });
  const ofPolicy = seed('ROTATE', 'SUCCESSFUL', 125, [
    change(first, 'SUCCESSFUL'),
    change(second, 'SUCCESSFUL'),
    change(third, 'SUCCESSFUL'),
  ]);
  return [
    { ...ofPolicy, json: { ...ofPolicy.json, isAutoRotate: true } },
    seed('ROTATE', 'FAILED', 48, [change(first, 'SUCCESSFUL'), change(second, 'FAILED')]),
    seed('UPDATE', 'FAILED', 64, [
      change(vCenter, 'FAILED', 'administrator@vsphere.local:SSO', [change(undefined, 'PENDING', 'svc-vcenter:API')]),
    ]),
    seed('REMEDIATE', 'SUCCESSFUL', 410, [change(nsx, 'SUCCESSFUL', 'admin:API')]),
    seed('UPDATE_AUTO_ROTATE_POLICY', 'SUCCESSFUL', 700, [change(vCenter, 'SUCCESSFUL')]),
    seed('UPDATE', 'USER_CANCELLED', 1600, [change(third, 'USER_CANCELLED')]),
    { ...seed('REMEDIATE', 'INCONSISTENT', 83, [change(otherNsx, 'INCONSISTENT', 'admin:API')]), listedIn: 'credentials' },
    { ...seed('ROTATE', 'IN_PROGRESS', 1, [change(third, 'PENDING'), change(vCenter, 'PENDING')]), startsInMs: 1 },
    { ...seed('ROTATE', 'PENDING', 1, [change(first, 'PENDING')]), startsInMs: random.between(20_000, 60_000) },
  ];
}

interface Change {
  readonly machine: ResourceJson;
  readonly status: string;
  /** User name, colon, credential type. */
  readonly account: string;
  readonly dependents: readonly Change[];
}

function credentialsTask(type: string, status: string, changes: readonly Change[], random: Random, createdAt: number): CredentialsTaskJson {
  return {
    id: random.uuid(),
    name: `Password ${words[type] ?? type}`,
    type,
    status,
    ...timesOf(status, createdAt),
    subTasks: changes.map((change) => subTask(change, random, createdAt)),
    errors: status === 'FAILED' ? [{ ...passwordError(random), message: 'Not every password could be changed' }] : [],
    isAutoRotate: false,
  };
}

function subTask({ machine, status, account, dependents }: Change, random: Random, createdAt: number): CredentialsSubTaskJson {
  const [username = '', credentialType = ''] = account.split(':');
  const resourceName = machine.fqdn ?? machine.resourceId;
  return {
    id: random.uuid(),
    name: `${resourceName}:${credentialType}`,
    description: `Change the password of ${username} on ${resourceName}`,
    status,
    ...timesOf(status, createdAt),
    resourceName,
    entityType: machine.type.toUpperCase(),
    username,
    credentialType,
    // Whoever finds one of these outside the simulator has found a leak.
    oldPassword: `canary-old-${random.text(8, 'abcdefghijkmnpqrstuvwxyz23456789')}`,
    newPassword: `canary-new-${random.text(8, 'abcdefghijkmnpqrstuvwxyz23456789')}`,
    ...(dependents.length === 0 ? {} : { dependentSubTasks: dependents.map((change) => subTask(change, random, createdAt)) }),
    errors: status === 'FAILED' || status === 'INCONSISTENT' ? [passwordError(random)] : [],
  };
}

function timesOf(status: string, createdAt: number): { creationTimestamp: string; completionTimestamp?: string } {
  const creationTimestamp = instantText(createdAt);
  const isUnderWay = status === 'IN_PROGRESS' || status === 'PENDING';
  return isUnderWay ? { creationTimestamp } : { creationTimestamp, completionTimestamp: instantText(createdAt + 95_000) };
}

function passwordError(random: Random): ErrorJson {
  return {
    errorCode: 'PASSWORD_CHANGE_FAILED',
    errorType: 'ERROR',
    message: 'The password could not be changed',
    remediationMessage: 'Check that the account is not locked, then retry.',
    causes: [{ type: 'ACCOUNT_LOCKED', message: 'The account is locked for 15 minutes after 5 failed log-ins' }],
    referenceToken: referenceToken(random),
  };
}
