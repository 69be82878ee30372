import type { Blueprint } from './blueprint.js';
import { clusterCreation, domainCreation, edgeClusterCreation } from './blueprints.js';
import {
  bundleDownload,
  certificateReplacement,
  hostCommission,
  hostDecommission,
  hostUpgrade,
  managerBackup,
  upgradePrecheck,
} from './maintenance-blueprints.js';

/** The state of a task when the simulation starts. */
export interface SeedHistory {
  /** In the spelling of the list. */
  readonly status: string;
  /** Minutes since it was created. */
  readonly minutesAgo: number;
  /** Share of its finished steps, from 0 to 1; always 1 for a successful task. */
  readonly share?: number;
  /** A task in the sample operations: it has the same id with every seed, and does not fail while it runs. */
  readonly label?: string;
  /** Remaining duration in minutes; random where absent. */
  readonly minutesLeft?: number;
}

const hour = 60;
const day = 24 * hour;

/** A few hours, with every documented status in the spellings of several versions (9.1 lists both). */
export const fastHistories: readonly (readonly [Blueprint, SeedHistory])[] = [
  [domainCreation, { status: 'IN_PROGRESS', minutesAgo: 9, share: 0.4, label: 'running-domain', minutesLeft: hour }],
  [hostCommission, { status: 'In Progress', minutesAgo: 2, share: 0.5 }],
  [bundleDownload, { status: 'In Progress', minutesAgo: 3, share: 0.4 }],
  [hostUpgrade, { status: 'IN_PROGRESS', minutesAgo: 6, share: 0.3, label: 'running-upgrade', minutesLeft: hour }],
  [upgradePrecheck, { status: 'QUEUED', minutesAgo: 1 }],
  [managerBackup, { status: 'Queued', minutesAgo: 1 }],
  [hostCommission, { status: 'PENDING', minutesAgo: 1 }],
  [certificateReplacement, { status: 'Pending', minutesAgo: 1 }],
  [edgeClusterCreation, { status: 'AWAITING_APPROVAL', minutesAgo: 35, share: 0.2 }],
  [managerBackup, { status: 'SUCCESSFUL', minutesAgo: 22 }],
  [bundleDownload, { status: 'Successful', minutesAgo: 55 }],
  [clusterCreation, { status: 'Successful', minutesAgo: 3 * hour }],
  [certificateReplacement, { status: 'SUCCESSFUL', minutesAgo: 5 * hour }],
  [hostCommission, { status: 'Failed', minutesAgo: 40, share: 0.4, label: 'failed-host' }],
  [clusterCreation, { status: 'FAILED', minutesAgo: 70, share: 0.3, label: 'failed-cluster' }],
  [hostDecommission, { status: 'Cancelled', minutesAgo: 4 * hour, share: 0.5 }],
  [bundleDownload, { status: 'CANCELLED', minutesAgo: 7 * hour, share: 0.4 }],
  [hostUpgrade, { status: 'Timed Out', minutesAgo: 9 * hour, share: 0.5 }],
  [certificateReplacement, { status: 'TIMED_OUT', minutesAgo: 3 * day, share: 0.4 }],
  [upgradePrecheck, { status: 'SKIPPED', minutesAgo: 11 * hour }],
];

/**
 * Three days at a busy site, the newest first. Times fit the usual durations: what runs has begun so long ago as its share
 * of finished steps says.
 */
export const lifelikeHistories: readonly (readonly [Blueprint, SeedHistory])[] = [
  [domainCreation, { status: 'IN_PROGRESS', minutesAgo: 54, share: 0.4, label: 'running-domain', minutesLeft: 75 }],
  [hostUpgrade, { status: 'IN_PROGRESS', minutesAgo: 31, share: 0.3, label: 'running-upgrade', minutesLeft: 68 }],
  [hostCommission, { status: 'In Progress', minutesAgo: 6, share: 0.5, minutesLeft: 5 }],
  [bundleDownload, { status: 'In Progress', minutesAgo: 9, share: 0.4, minutesLeft: 14 }],
  [certificateReplacement, { status: 'In Progress', minutesAgo: 11, share: 0.7, minutesLeft: 2 }],
  [upgradePrecheck, { status: 'QUEUED', minutesAgo: 1 }],
  [hostCommission, { status: 'PENDING', minutesAgo: 1 }],
  [certificateReplacement, { status: 'Pending', minutesAgo: 2 }],
  [edgeClusterCreation, { status: 'AWAITING_APPROVAL', minutesAgo: 35, share: 0.2 }],
  [hostCommission, { status: 'Failed', minutesAgo: 40, share: 0.4, label: 'failed-host' }],
  [bundleDownload, { status: 'Successful', minutesAgo: 55 }],
  [clusterCreation, { status: 'FAILED', minutesAgo: 88, share: 0.3, label: 'failed-cluster' }],
  [managerBackup, { status: 'SUCCESSFUL', minutesAgo: 2 * hour }],
  [certificateReplacement, { status: 'SUCCESSFUL', minutesAgo: 3 * hour }],
  [clusterCreation, { status: 'Successful', minutesAgo: 5 * hour }],
  [hostDecommission, { status: 'Cancelled', minutesAgo: 6 * hour, share: 0.5 }],
  [hostCommission, { status: 'Successful', minutesAgo: 7 * hour }],
  [hostCommission, { status: 'Successful', minutesAgo: 7.3 * hour }],
  [bundleDownload, { status: 'CANCELLED', minutesAgo: 9 * hour, share: 0.4 }],
  [hostUpgrade, { status: 'Timed Out', minutesAgo: 11 * hour, share: 0.5 }],
  [upgradePrecheck, { status: 'SKIPPED', minutesAgo: 12 * hour }],
  [upgradePrecheck, { status: 'SUCCESSFUL', minutesAgo: 15 * hour }],
  [domainCreation, { status: 'SUCCESSFUL', minutesAgo: 21 * hour }],
  [certificateReplacement, { status: 'FAILED', minutesAgo: 23 * hour, share: 0.4 }],
  [managerBackup, { status: 'SUCCESSFUL', minutesAgo: day + 2 * hour }],
  [hostCommission, { status: 'Successful', minutesAgo: day + 4 * hour }],
  [hostCommission, { status: 'Successful', minutesAgo: day + 4.3 * hour }],
  [hostDecommission, { status: 'SUCCESSFUL', minutesAgo: day + 6 * hour }],
  [edgeClusterCreation, { status: 'SUCCESSFUL', minutesAgo: day + 9 * hour }],
  [bundleDownload, { status: 'SUCCESSFUL', minutesAgo: day + 14 * hour }],
  [upgradePrecheck, { status: 'SUCCESSFUL', minutesAgo: day + 17 * hour }],
  [hostUpgrade, { status: 'SUCCESSFUL', minutesAgo: day + 20 * hour }],
  [managerBackup, { status: 'FAILED', minutesAgo: 2 * day + 2 * hour, share: 0.5 }],
  [certificateReplacement, { status: 'TIMED_OUT', minutesAgo: 2 * day + 3 * hour, share: 0.4 }],
  [hostCommission, { status: 'FAILED', minutesAgo: 2 * day + 5 * hour, share: 0.2 }],
  [clusterCreation, { status: 'SUCCESSFUL', minutesAgo: 2 * day + 8 * hour }],
  [bundleDownload, { status: 'Successful', minutesAgo: 2 * day + 12 * hour }],
  [domainCreation, { status: 'FAILED', minutesAgo: 2 * day + 18 * hour, share: 0.6 }],
  [hostDecommission, { status: 'Successful', minutesAgo: 2 * day + 22 * hour }],
];
