import { type WireObject, objectsIn, textOf } from './wire-object.js';
import type { CredentialsRecord } from './credentials-world.js';
import type { Site } from './site.js';
import { canonicalStatus, spelledStatus } from './status-spelling.js';
import { credentialsStepsOf } from './steps.js';

/** An ordinary task does not know these two. */
const ordinaryStatuses = new Map([
  ['USER_CANCELLED', 'CANCELLED'],
  ['INCONSISTENT', 'FAILED'],
]);

/** In the form of the one documented example ("Credentials rotate operation"). */
const names = new Map([
  ['ROTATE', 'Credentials rotate operation'],
  ['UPDATE', 'Credentials update operation'],
  ['REMEDIATE', 'Credentials remediate operation'],
  ['UPDATE_AUTO_ROTATE_POLICY', 'Credentials auto rotate policy operation'],
]);

/** A credentials task as /v1/tasks shows it, under the same id and without passwords. */
export function ordinaryTask({ json, ordinary }: CredentialsRecord, site: Site): WireObject {
  const subtasks = credentialsStepsOf(json).map(({ node }) => node);
  const operation = textOf(json['type']);
  const machines = new Map(subtasks.map((node) => [textOf(node['resourceName']), textOf(node['entityType'])]));
  return {
    id: json['id'],
    name: names.get(operation) ?? json['name'],
    type: `CREDENTIALS_${operation}`,
    status: spelledStatus(ordinaryStatus(json['status']), 'title'),
    creationTimestamp: json['creationTimestamp'],
    completionTimestamp: json['completionTimestamp'],
    subTasks: subtasks.map(ordinarySubtask),
    errors: json['errors'] ?? [],
    resources: [...machines].map(([fqdn, type]) => ({ resourceId: site.idOf(fqdn), type, fqdn, name: fqdn })),
    resolutionStatus: 'UNRESOLVED',
    isCancellable: false,
    isRetryable: false,
    ...ordinary,
  };
}

function ordinarySubtask(node: WireObject): WireObject {
  return {
    name: `${textOf(node['resourceName'])}:${textOf(node['credentialType'])}`,
    description: node['description'],
    status: ordinaryStatus(node['status']),
    creationTimestamp: node['creationTimestamp'],
    completionTimestamp: node['completionTimestamp'],
    errors: objectsIn(node['errors']),
  };
}

function ordinaryStatus(status: unknown): string {
  const canonical = canonicalStatus(status);
  return ordinaryStatuses.get(canonical) ?? canonical;
}
