import { translateAstraTask } from '../../../src/sources/astra/task.js';
import type { AstraTask } from '../../../src/sources/astra/types.js';
import { parseAstraTask } from '../../../src/sources/astra/wire.js';
import type { TranslatedTask } from '../../../src/model/task.js';

export const fixtureId = '5f0c6c1e-2c8a-4b7e-9d64-0a4f1f5f9a10';

/** Every field of the task resource, version 1.1. */
export const wholeTask = {
  type: 'application/astra-task',
  version: '1.1',
  id: fixtureId,
  name: 'astra.backup.copy',
  summary: 'Copy of volumes',
  description: 'Copies the volumes of an application',
  service: 'nautilus',
  userID: '0d1f7f5e-8f5c-4b52-9a58-7a2f6a3e1c01',
  parentTaskID: 'd2f1c0b4-6a3d-4a27-8d1e-3c9f5b7a2e02',
  resourceID: '9b6e1d2c-4f3a-4c5b-8e7d-1a2b3c4d5e03',
  resourceURI: '/accounts/7d9f/k8s/v1/apps/31aa/appBackups/9b6e1d2c-4f3a-4c5b-8e7d-1a2b3c4d5e03',
  resourceCollectionURI: ['/accounts/7d9f/topology/v1/one', '/accounts/7d9f/topology/v1/two'],
  state: 'running',
  stateTransitions: [{ from: 'running', to: ['paused', 'cancelled'] }, { to: ['pending'] }],
  stateDetails: [],
  orderHint: 0,
  percentDone: 20.25,
  startTime: '2026-01-15T08:00:01.256624Z',
  metadata: {
    labels: [{ name: 'team', value: 'storage' }],
    creationTimestamp: '2026-01-15T08:00:00Z',
    modificationTimestamp: '2026-01-15T08:00:02,5Z',
    createdBy: '00000000-0000-0000-0000-000000000000',
    modifiedBy: 'system',
  },
} as const;

/** The whole task with other fields, translated; `undefined` leaves one out. */
export function translated(changes: Readonly<Record<string, unknown>> = {}): TranslatedTask<AstraTask> {
  const sent: unknown = JSON.parse(JSON.stringify({ ...wholeTask, ...changes }));
  const item = parseAstraTask(sent);
  if (item === null) throw new Error('The fixture could not be read.');
  return translateAstraTask('astra-test', item);
}
