import type { Random } from '../../../simulation/random.js';
import { instantText } from './instant-text.js';
import { passwordErrors } from './password-errors.js';
import type { CredentialsSubTaskJson, CredentialsTaskJson, ErrorJson, ResourceJson } from './wire-json.js';

/** A password that a credentials task changes. */
export interface PasswordChange {
  readonly machine: ResourceJson;
  readonly status: string;
  /** User name, colon, credential type. */
  readonly account: string;
  readonly dependents: readonly PasswordChange[];
}

/** What a credentials task is about. */
export interface CredentialsWork {
  /** The operation: ROTATE, UPDATE and so on. */
  readonly type: string;
  readonly status: string;
  readonly changes: readonly PasswordChange[];
}

/** A credentials task created at an instant (milliseconds since 1970). */
export function buildCredentialsTask({ type, status, changes }: CredentialsWork, random: Random, createdAt: number): CredentialsTaskJson {
  const errors = passwordErrors(type, random);
  return {
    id: random.uuid(),
    name: `Password ${words[type] ?? type}`,
    type,
    status,
    ...timesOf(status, createdAt),
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
    ...timesOf(status, createdAt),
    resourceName,
    entityType: machine.type.toUpperCase(),
    username,
    credentialType,
    // Whoever finds one of these outside the simulator has found a leak.
    oldPassword: `canary-old-${random.text(8, 'abcdefghijkmnpqrstuvwxyz23456789')}`,
    newPassword: `canary-new-${random.text(8, 'abcdefghijkmnpqrstuvwxyz23456789')}`,
    ...(dependents.length === 0 ? {} : { dependentSubTasks: dependents.map((below) => buildSubTask(below, error, random, createdAt)) }),
    errors: status === 'FAILED' || status === 'INCONSISTENT' ? [error] : [],
  };
}

const words: Readonly<Record<string, string>> = {
  ROTATE: 'rotation',
  UPDATE: 'update',
  REMEDIATE: 'remediation',
  UPDATE_AUTO_ROTATE_POLICY: 'auto rotate policy',
};

function timesOf(status: string, createdAt: number): { creationTimestamp: string; completionTimestamp?: string } {
  const creationTimestamp = instantText(createdAt);
  const isUnderWay = status === 'IN_PROGRESS' || status === 'PENDING';
  return isUnderWay ? { creationTimestamp } : { creationTimestamp, completionTimestamp: instantText(createdAt + 95_000) };
}
