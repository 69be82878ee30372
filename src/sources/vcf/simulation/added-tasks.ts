import type { Random } from '../../../simulation/random.js';
import { instantText } from './instant-text.js';
import { type WireObject, textOf } from './wire-object.js';
import { canonicalStatus } from './status-spelling.js';

const unfinished = new Set(['PENDING', 'QUEUED', 'IN_PROGRESS']);

/** A task of which a test gave only what matters. The id that it goes by is the given one where that is a text. */
export function addedTask(wire: Readonly<WireObject>, random: Random, now: number): { id: string; json: WireObject } {
  const id = textOf(wire['id']) || random.uuid();
  const status = canonicalStatus(wire['status'] ?? 'SUCCESSFUL');
  const json: WireObject = {
    id,
    name: 'Backing up the management domain',
    type: 'SDDC_MANAGER_BACKUP',
    status: 'SUCCESSFUL',
    creationTimestamp: instantText(now - 60_000),
    completionTimestamp: unfinished.has(status) ? undefined : instantText(now - 1_000),
    subTasks: [],
    errors: [],
    resources: [],
    resolutionStatus: 'UNRESOLVED',
    isCancellable: status === 'IN_PROGRESS',
    isRetryable: status === 'FAILED',
    ...wire,
  };
  return { id, json };
}

/** A credentials task of which a test gave only what matters; by default one failed rotation. */
export function addedCredentialsTask(wire: Readonly<WireObject>, random: Random, now: number): { id: string; json: WireObject } {
  const id = textOf(wire['id']) || random.uuid();
  const status = wire['status'] ?? 'FAILED';
  const subTask: WireObject = {
    id: random.uuid(),
    name: 'added-esx01.cloud.example:SSH',
    description: 'Change the password of root on added-esx01.cloud.example',
    status,
    creationTimestamp: instantText(now - 60_000),
    resourceName: 'added-esx01.cloud.example',
    entityType: 'ESXI',
    username: 'root',
    credentialType: 'SSH',
    oldPassword: `canary-old-${id}`,
    newPassword: `canary-new-${id}`,
  };
  const json: WireObject = {
    id,
    name: 'Password rotation',
    type: 'ROTATE',
    status,
    creationTimestamp: instantText(now - 60_000),
    completionTimestamp: unfinished.has(canonicalStatus(status)) ? undefined : instantText(now - 1_000),
    subTasks: [subTask],
    errors: [],
    isAutoRotate: false,
    ...wire,
  };
  return { id, json };
}

/** The fields of one of many finished tasks: the newest at place 0, each a second older than the one before. */
export function filler(place: number, now: number): WireObject {
  const createdAt = now - (place + 1) * 1_000;
  return {
    name: `Backing up the management domain, run ${place + 1}`,
    status: place % 2 === 0 ? 'SUCCESSFUL' : 'Successful',
    creationTimestamp: instantText(createdAt),
    completionTimestamp: instantText(createdAt + 800),
  };
}
