import type { Blueprint } from '../blueprint.js';
import { hostCommission, hostDecommission } from './hosts.js';
import { backup, bundleDownload, certificateReplacement, hostUpgrade, upgradePrecheck } from './upkeep.js';
import { clusterCreation, domainCreation, edgeClusterCreation } from './workloads.js';

/** Every kind of work that a simulated SDDC Manager begins by itself. */
export const allBlueprints: readonly Blueprint[] = [
  hostCommission,
  hostDecommission,
  domainCreation,
  clusterCreation,
  edgeClusterCreation,
  certificateReplacement,
  bundleDownload,
  backup,
  upgradePrecheck,
  hostUpgrade,
];
