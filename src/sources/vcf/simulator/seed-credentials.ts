import type { Random } from '../../simulation/random.js';
import type { Site } from './blueprint.js';
import {
  type CredentialsSubTaskJson,
  type CredentialsTaskJson,
  type ErrorJson,
  formatInstant,
  referenceToken,
  type ResourceJson,
} from './wire-format.js';

/** A credentials task that exists when the simulation starts. */
interface SeedCredentialsTask {
  readonly json: CredentialsTaskJson;
  /** `credentials`: it is not in /v1/tasks. */
  readonly listedIn: 'both' | 'credentials';
  /** Milliseconds until it continues by itself; null: never. */
  readonly startsInMs: number | null;
}

/**
 * The credentials tasks of a site when the simulation starts: every operation and every status. `now` in milliseconds
 * since 1970.
 */
export function buildSeedCredentials(site: Site, random: Random, now: number): SeedCredentialsTask[] {
  const [first, second, third] = site.hosts;
  const [nsx, otherNsx] = site.nsxManagers;
  const vCenter = random.pick(site.vCenters);
  const change = (
    machine: ResourceJson | undefined,
    status: string,
    account = 'root:SSH',
    dependents: PasswordChange[] = [],
  ): PasswordChange => ({
    machine: machine ?? site.sddcManager,
    status,
    account,
    dependents,
  });
  const seed = (type: string, status: string, minutesAgo: number, changes: PasswordChange[]): SeedCredentialsTask => ({
    json: buildCredentialsTask({ type, status, changes }, random, now - minutesAgo * 60_000),
    listedIn: 'both',
    startsInMs: null,
  });
  /** A task in the sample operations, with the same id for every seed. */
  const labelled = (label: string, task: SeedCredentialsTask): SeedCredentialsTask => ({
    ...task,
    json: { ...task.json, id: site.taskId(label) },
  });
  const ofPolicy = seed('ROTATE', 'SUCCESSFUL', 125, [
    change(first, 'SUCCESSFUL'),
    change(second, 'SUCCESSFUL'),
    change(third, 'SUCCESSFUL'),
  ]);
  return [
    { ...ofPolicy, json: { ...ofPolicy.json, isAutoRotate: true } },
    labelled('failed-rotation', seed('ROTATE', 'FAILED', 48, [change(first, 'SUCCESSFUL'), change(second, 'FAILED')])),
    labelled(
      'failed-update',
      seed('UPDATE', 'FAILED', 64, [
        change(vCenter, 'FAILED', 'administrator@vsphere.local:SSO', [change(undefined, 'PENDING', 'svc-vcenter:API')]),
      ]),
    ),
    seed('REMEDIATE', 'SUCCESSFUL', 410, [change(nsx, 'SUCCESSFUL', 'admin:API')]),
    seed('UPDATE_AUTO_ROTATE_POLICY', 'SUCCESSFUL', 700, [change(vCenter, 'SUCCESSFUL')]),
    seed('UPDATE', 'USER_CANCELLED', 1600, [change(third, 'USER_CANCELLED')]),
    labelled('inconsistent-remediation', {
      ...seed('REMEDIATE', 'INCONSISTENT', 83, [change(otherNsx, 'INCONSISTENT', 'admin:API')]),
      listedIn: 'credentials',
    }),
    { ...seed('ROTATE', 'IN_PROGRESS', 1, [change(third, 'PENDING'), change(vCenter, 'PENDING')]), startsInMs: 1 },
    { ...seed('ROTATE', 'PENDING', 1, [change(first, 'PENDING')]), startsInMs: random.between(20_000, 60_000) },
  ];
}

/** A rotation of the root password of some adjacent hosts, not started. `now` in milliseconds since 1970. */
export function buildRotation(site: Site, random: Random, now: number): CredentialsTaskJson {
  const place = random.between(0, site.hosts.length - 1);
  const machines = site.hosts.slice(place, place + random.between(1, 3));
  const changes = machines.map((machine) => ({ machine, status: 'PENDING', account: 'root:SSH', dependents: [] }));
  const task = buildCredentialsTask({ type: 'ROTATE', status: 'PENDING', changes }, random, now);
  return { ...task, isAutoRotate: random.chance(0.3) };
}

/** A password that a credentials task changes. */
interface PasswordChange {
  readonly machine: ResourceJson;
  readonly status: string;
  /** User name, colon, credential type. */
  readonly account: string;
  readonly dependents: readonly PasswordChange[];
}

/** The input of a credentials task. */
interface CredentialsWork {
  /** The operation: ROTATE, UPDATE and so on. */
  readonly type: string;
  readonly status: string;
  readonly changes: readonly PasswordChange[];
}

/** A credentials task created at an instant (milliseconds since 1970). */
function buildCredentialsTask({ type, status, changes }: CredentialsWork, random: Random, createdAt: number): CredentialsTaskJson {
  const errors = buildPasswordErrors(type, random);
  return {
    id: random.uuid(),
    name: `Password ${operationNames[type] ?? type}`,
    type,
    status,
    ...buildTimestamps(status, createdAt),
    subTasks: changes.map((change) => buildSubTask(change, errors.subTask, random, createdAt)),
    errors: status === 'FAILED' ? [errors.task] : [],
    isAutoRotate: false,
  };
}

function buildSubTask(change: PasswordChange, error: ErrorJson, random: Random, createdAt: number): CredentialsSubTaskJson {
  const { machine, status, account, dependents } = change;
  const [username = '', credentialType = ''] = account.split(':');
  const resourceName = machine.fqdn ?? machine.resourceId;
  return {
    id: random.uuid(),
    name: `${resourceName}:${credentialType}`,
    description: `Change the password of ${username} on ${resourceName}`,
    status,
    ...buildTimestamps(status, createdAt),
    resourceName,
    entityType: machine.type.toUpperCase(),
    username,
    credentialType,
    // If one of these appears outside the simulator, passwords leak.
    oldPassword: `canary-old-${random.text(8, 'abcdefghijkmnpqrstuvwxyz23456789')}`,
    newPassword: `canary-new-${random.text(8, 'abcdefghijkmnpqrstuvwxyz23456789')}`,
    ...(dependents.length === 0 ? {} : { dependentSubTasks: dependents.map((below) => buildSubTask(below, error, random, createdAt)) }),
    errors: status === 'FAILED' || status === 'INCONSISTENT' ? [error] : [],
  };
}

const operationNames: Readonly<Record<string, string>> = {
  ROTATE: 'rotation',
  UPDATE: 'update',
  REMEDIATE: 'remediation',
  UPDATE_AUTO_ROTATE_POLICY: 'auto rotate policy',
};

function buildTimestamps(status: string, createdAt: number): { creationTimestamp: string; completionTimestamp?: string } {
  const creationTimestamp = formatInstant(createdAt);
  const isUnderWay = status === 'IN_PROGRESS' || status === 'PENDING';
  return isUnderWay ? { creationTimestamp } : { creationTimestamp, completionTimestamp: formatInstant(createdAt + 95_000) };
}

interface PasswordProblem {
  readonly errorCode: string;
  readonly cause: string;
  readonly remediation: string;
}

const lockedAccount: PasswordProblem = {
  errorCode: 'ACCOUNT_LOCKED',
  cause: 'The account is locked for 15 minutes after 5 failed log-ins',
  remediation: 'Wait until the account is unlocked, then retry.',
};

/** Failures of credentials tasks, by operation. */
const passwordProblems: Readonly<Record<string, PasswordProblem>> = {
  UPDATE: {
    errorCode: 'PASSWORD_REUSED',
    cause: 'The new password is one of the last 5 passwords of the account',
    remediation: 'Choose a password that the account has not had, then retry.',
  },
  REMEDIATE: {
    errorCode: 'PASSWORD_OUT_OF_SYNC',
    cause: 'The account does not accept the password that the inventory holds',
    remediation: 'Give the password that the account has now, then retry.',
  },
};

/** The failure of a credentials task: the error of the task, with the error of its subtask nested in it. */
function buildPasswordErrors(operation: string, random: Random): { task: ErrorJson; subTask: ErrorJson } {
  const { errorCode, cause, remediation } = passwordProblems[operation] ?? lockedAccount;
  const token = referenceToken(random);
  const subTask: ErrorJson = {
    errorCode,
    errorType: 'ERROR',
    message: 'The password could not be changed',
    remediationMessage: remediation,
    causes: [{ type: 'CredentialsException', message: cause }],
    referenceToken: token,
  };
  const task: ErrorJson = {
    errorCode: `CREDENTIALS_${operation}_FAILED`,
    errorType: 'ERROR',
    message: 'Not every password could be changed',
    remediationMessage: remediation,
    causes: [],
    nestedErrors: [subTask],
    referenceToken: token,
  };
  return { task, subTask };
}
