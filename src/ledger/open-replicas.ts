import type { Replicas } from '../task/replica/replicas.js';
import type { Store } from './open-ledger.js';
import { PostgresReplicas, type PostgresReplicasOptions } from './postgres-replicas.js';

/** The other processes that share a store, whose tables are up to date; null where it belongs to one process. */
export function openReplicas(store: Store, surroundings: Omit<PostgresReplicasOptions, 'url'>): Replicas | null {
  return store.kind === 'postgres' ? new PostgresReplicas({ ...surroundings, url: store.url }) : null;
}
