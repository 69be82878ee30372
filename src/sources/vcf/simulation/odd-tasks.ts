import type { Random } from '../../../simulation/random.js';
import { hostCommission } from './blueprints/hosts.js';
import { backup, upgradePrecheck } from './blueprints/upkeep.js';
import { clusterCreation, domainCreation } from './blueprints/workloads.js';
import { instantText } from './instant-text.js';
import { objectsIn, type WireObject } from './wire-object.js';
import { referenceToken } from './reference-token.js';
import { type SeedTask, seedTask } from './seed-task.js';
import type { Site } from './site.js';
import { stepsOf } from './steps.js';

/** Tasks as real planes have them, and as no specification describes them. */
export function oddTasks(site: Site, random: Random, now: number): SeedTask[] {
  return [withoutErrors, withWarnings, withNullArrays, ofOldVersion, bare, notRetryable].map((make) => {
    const json = make(site, random, now);
    return { json: { ...json, id: random.uuid() }, failure: null, startsInMs: null };
  });
}

/** Failed with `errors: []`: why stands in a stage of a subtask, three levels down. */
function withoutErrors(site: Site, random: Random, now: number): WireObject {
  const json: WireObject = seedTask(domainCreation, site, random, now, { status: 'FAILED', minutesAgo: 95, share: 0.5 });
  const failed = stepsOf(json).find(({ node }) => node['status'] === 'FAILED');
  const stage = failed === undefined ? undefined : objectsIn(failed.node['stages']).at(-1);
  if (failed !== undefined) failed.node['errors'] = [];
  if (stage !== undefined) {
    const message = 'The physical adapter vmnic1 is still in use by another switch';
    stage['errors'] = [{ errorCode: 'ADAPTER_IN_USE', errorType: 'ERROR', message, referenceToken: referenceToken(random) }];
  }
  return { ...json, errors: [] };
}

/** Done, with warnings among its errors and the notifications of 9.1; one subtask did not apply. */
function withWarnings(site: Site, random: Random, now: number): WireObject {
  const json: WireObject = seedTask(upgradePrecheck, site, random, now, { status: 'COMPLETED_WITH_WARNING', minutesAgo: 100 });
  const first = objectsIn(json['subTasks'])[0];
  if (first !== undefined) first['status'] = 'NOT_APPLICABLE';
  const notification = {
    severity: 'WARNING',
    message: 'The last backup of NSX is 9 days old',
    remediations: [{ message: 'Run a backup before the upgrade', link: 'https://docs.example/nsx/backup' }],
    impactMessage: 'A failed upgrade could not be undone.',
  };
  const warning = {
    errorCode: 'PRECHECK_HAS_WARNINGS',
    errorType: 'WARNING',
    message: 'The precheck found 2 things to look at',
    remediationMessage: 'Look at them before the upgrade.',
    remediationUrl: 'https://docs.example/upgrade/prechecks',
    label: 'Upgrade prechecks',
    referenceToken: referenceToken(random),
    notifications: [notification, { severity: 'INFO', message: 'Licences are valid for 212 days' }],
  };
  return { ...json, errors: [warning, { errorType: 'WARNING', message: 'vSAN is 78 % full' }] };
}

/** Nulls where arrays and subtasks should be, as documented for 4.4 and seen live. */
function withNullArrays(site: Site, random: Random, now: number): WireObject {
  const json = seedTask(clusterCreation, site, random, now, { status: 'Successful', minutesAgo: 200 });
  return { ...json, subTasks: [null, null, ...(json.subTasks ?? []).slice(-1)], resources: null, errors: null };
}

/** Created in January 1970: seconds taken for milliseconds. Before 5.1 there was no isRetryable; the type of a host was HOST. */
function ofOldVersion(site: Site, random: Random, now: number): WireObject {
  const { id, name, status, subTasks, errors } = seedTask(hostCommission, site, random, now, {
    status: 'FAILED',
    minutesAgo: 300,
    share: 0.2,
  });
  const creationTimestamp = instantText(Math.floor(now / 1000));
  const resources = [{ resourceId: site.idOf(name), type: 'HOST' }];
  return { id, name, status, creationTimestamp, subTasks, errors, resources, resolutionStatus: 'UNRESOLVED', isCancellable: false };
}

/** Nothing but what is required. */
function bare(site: Site, random: Random, now: number): WireObject {
  const { id, name, status, creationTimestamp } = seedTask(backup, site, random, now, { status: 'SUCCESSFUL', minutesAgo: 1500 });
  return { id, name, status, creationTimestamp };
}

/** Failed for good. */
function notRetryable(site: Site, random: Random, now: number): WireObject {
  return { ...seedTask(backup, site, random, now, { status: 'Failed', minutesAgo: 160, share: 0.5 }), isRetryable: false };
}
