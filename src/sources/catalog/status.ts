import type { TaskStatus } from '../../task/model/status.js';

type CatalogStatus = 'pending' | 'running' | 'completed' | 'failed';

const shared: Readonly<Record<CatalogStatus, TaskStatus>> = {
  pending: 'PENDING',
  running: 'RUNNING',
  completed: 'SUCCEEDED',
  failed: 'FAILED',
};

/** The shared word for a status of the catalog; UNKNOWN for one that its documents do not name. */
export function statusOf(sourceStatus: string | null, hasWarnings: boolean): TaskStatus {
  if (sourceStatus === null || !isCatalogStatus(sourceStatus)) return 'UNKNOWN';
  return sourceStatus === 'completed' && hasWarnings ? 'SUCCEEDED_WITH_WARNINGS' : shared[sourceStatus];
}

function isCatalogStatus(text: string): text is CatalogStatus {
  return Object.hasOwn(shared, text);
}
