import type { ProofTask } from './proof-plane.js';

/** A task as SDDC Manager sends it. */
export function formatTask({ id, status, isCredentials }: ProofTask): unknown {
  const creationTimestamp = '2026-11-21T08:00:00.000Z';
  if (!isCredentials) {
    return {
      id,
      name: 'Proof',
      type: 'PROOF',
      status,
      creationTimestamp,
      isRetryable: true,
      isCancellable: true,
      errors: [],
      subTasks: [],
    };
  }
  const subTask = { name: 'one', status, resourceName: 'esx-1', entityType: 'ESXI', username: 'root', credentialType: 'SSH' };
  return { id, name: 'Proof', type: 'ROTATE', status, creationTimestamp, subTasks: [{ id: `${id}-1`, ...subTask }], errors: [] };
}
