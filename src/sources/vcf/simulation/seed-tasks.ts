import type { Random } from '../../../simulation/random.js';
import type { Blueprint } from './blueprint.js';
import { hostCommission, hostDecommission } from './blueprints/hosts.js';
import { backup, bundleDownload, certificateReplacement, hostUpgrade, upgradePrecheck } from './blueprints/upkeep.js';
import { clusterCreation, domainCreation, edgeClusterCreation } from './blueprints/workloads.js';
import { oddTasks } from './odd-tasks.js';
import { type Past, type SeedTask, seedTask } from './seed-task.js';
import type { Site } from './site.js';
import { canonicalStatus } from './status-spelling.js';

const hour = 60;
const day = 24 * hour;

/** Every documented status in the spellings of several versions (9.1 lists both). */
const pasts: readonly (readonly [Blueprint, Past])[] = [
  [domainCreation, { status: 'IN_PROGRESS', minutesAgo: 9, share: 0.4, label: 'running-domain', minutesLeft: hour }],
  [hostCommission, { status: 'In Progress', minutesAgo: 2, share: 0.5 }],
  [bundleDownload, { status: 'In Progress', minutesAgo: 3, share: 0.4 }],
  [hostUpgrade, { status: 'IN_PROGRESS', minutesAgo: 6, share: 0.3, label: 'running-upgrade', minutesLeft: hour }],
  [upgradePrecheck, { status: 'QUEUED', minutesAgo: 1 }],
  [backup, { status: 'Queued', minutesAgo: 1 }],
  [hostCommission, { status: 'PENDING', minutesAgo: 1 }],
  [certificateReplacement, { status: 'Pending', minutesAgo: 1 }],
  [edgeClusterCreation, { status: 'AWAITING_APPROVAL', minutesAgo: 35, share: 0.2 }],
  [backup, { status: 'SUCCESSFUL', minutesAgo: 22 }],
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

/** The ordinary tasks of a site when the simulation begins. `now` in milliseconds since 1970. */
export function seedTasks(site: Site, random: Random, now: number): SeedTask[] {
  const usual = pasts.map(([blueprint, past]) => ({
    json: seedTask(blueprint, site, random, now, past),
    failure: past.label === undefined ? blueprint.failure : null,
    startsInMs: startOf(past.status, random),
    ...(past.minutesLeft === undefined ? {} : { durationMs: past.minutesLeft * 60_000 }),
  }));
  return [...usual, ...oddTasks(site, random, now)];
}

function startOf(status: string, random: Random): number | null {
  const canonical = canonicalStatus(status);
  if (canonical === 'IN_PROGRESS') return 1;
  return canonical === 'PENDING' || canonical === 'QUEUED' ? random.between(15_000, 90_000) : null;
}
