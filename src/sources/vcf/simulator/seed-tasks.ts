import type { Random } from '../../simulation/random.js';
import { type Blueprint, buildErrors, buildTask, type FailureBlueprint, type Site } from './blueprint.js';
import { clusterCreation, domainCreation } from './blueprints.js';
import { hostCommission, managerBackup, upgradePrecheck } from './maintenance-blueprints.js';
import { fastHistories, lifelikeHistories, type SeedHistory } from './seed-histories.js';
import { lifelikePace } from './pace.js';
import { abandon, begin, fail, listSteps, succeed } from './steps.js';
import { canonicalStatus, filterObjects, formatInstant, referenceToken, type TaskJson, toText, type WireObject } from './wire-format.js';

/**
 * The ordinary tasks of a site when the simulation starts: of a few hours, or of three days with the durations of a real
 * site. `now` in milliseconds since 1970.
 */
export function buildSeedTasks(site: Site, random: Random, now: number, isLifelike: boolean): SeedTask[] {
  const world: SeedWorld = { site, random, now, isLifelike, names: new Set() };
  const usual = (isLifelike ? lifelikeHistories : fastHistories).map(([blueprint, past]) => ({
    json: buildSeedTask(blueprint, world, past),
    failure: past.label === undefined ? blueprint.failure : null,
    startsInMs: chooseStartDelay(past.status, random),
    ...(past.minutesLeft === undefined ? {} : { durationMs: past.minutesLeft * 60_000 }),
  }));
  return [...usual, ...buildUnusualTasks(world)];
}

/** What the tasks of a site at the start are made of. */
interface SeedWorld {
  readonly site: Site;
  readonly random: Random;
  readonly now: number;
  readonly isLifelike: boolean;
  /** Names that a task has already; in a lifelike world they do not repeat, except for what is done every day. */
  readonly names: Set<string>;
}

function chooseStartDelay(status: string, random: Random): number | null {
  const canonical = canonicalStatus(status);
  if (canonical === 'IN_PROGRESS') return 1;
  return canonical === 'PENDING' || canonical === 'QUEUED' ? random.between(15_000, 90_000) : null;
}

/** An ordinary task that exists when the simulation starts. */
interface SeedTask {
  readonly json: WireObject & { readonly id: string };
  readonly failure: FailureBlueprint | null;
  /** Milliseconds until it continues by itself; null: never. */
  readonly startsInMs: number | null;
  /** Remaining duration in milliseconds; random where absent. */
  readonly durationMs?: number;
}

/** Builds a task in this state. */
function buildSeedTask(blueprint: Blueprint, world: SeedWorld, past: SeedHistory): TaskJson {
  const { site, random, now, isLifelike } = world;
  // Two sites do not do the same thing at the same minute of the past.
  const age = isLifelike && past.minutesAgo > settledMinutes ? past.minutesAgo * (0.94 + random.fraction() * 0.06) : past.minutesAgo;
  const createdAt = now - Math.round(age * 60_000) - random.between(0, 20_000);
  const task = buildNamedTask(blueprint, world, createdAt);
  if (past.label !== undefined) task.id = site.taskId(past.label);
  task.status = past.status;
  const steps = listSteps(task);
  const status = canonicalStatus(past.status);
  const isSuccess = status === 'SUCCESSFUL' || status === 'COMPLETED_WITH_WARNING';
  const doneCount = isSuccess ? steps.length : Math.floor(steps.length * (past.share ?? 0));
  // Finished steps of a fast world took at most 80 s each; all ended before now.
  const usualMs = isLifelike ? lifelikePace.chooseDuration(blueprint.type, random) / steps.length : random.between(15_000, 80_000);
  const stepMs = Math.min(Math.floor(usualMs), Math.floor((now - createdAt) / (steps.length + 1)));
  for (const [index, step] of steps.slice(0, doneCount).entries()) {
    begin(step, createdAt + index * stepMs);
    succeed(step, createdAt + (index + 1) * stepMs);
  }
  if (unfinished.has(status)) return { ...task, isCancellable: status === 'IN_PROGRESS' };
  const endedAt = createdAt + (doneCount + 1) * stepMs;
  const failing = steps[doneCount];
  if ((status === 'FAILED' || status === 'TIMED_OUT') && failing !== undefined) {
    const failure = status === 'FAILED' ? blueprint.failure : toTimeoutFailure(blueprint.failure);
    const errors = buildErrors(failure, task.resources?.[0]?.fqdn ?? task.resources?.[0]?.name ?? task.name, random);
    begin(failing, endedAt - stepMs);
    fail(failing, endedAt, errors.step);
    task.errors = [errors.task];
  } else {
    for (const step of steps.slice(doneCount)) abandon(step, 'SKIPPED', endedAt);
  }
  return {
    ...task,
    completionTimestamp: formatInstant(endedAt),
    isRetryable: status === 'FAILED',
    resolutionStatus: status === 'CANCELLED' ? 'RESOLVED' : 'UNRESOLVED',
  };
}

/** What is older has ended, in a lifelike world, whatever its duration. */
const settledMinutes = 240;

/** Attempts to find a name that no other task has. */
const maxNameAttempts = 20;

function buildNamedTask(blueprint: Blueprint, { site, random, isLifelike, names }: SeedWorld, createdAt: number): TaskJson {
  let task = buildTask(blueprint, site, random, createdAt);
  for (let attempt = 1; isLifelike && names.has(task.name) && attempt < maxNameAttempts; attempt++) {
    task = buildTask(blueprint, site, random, createdAt);
  }
  names.add(task.name);
  return task;
}

const unfinished = new Set(['PENDING', 'QUEUED', 'IN_PROGRESS', 'AWAITING_APPROVAL']);

/** The failure of a task of this kind that timed out: one of its steps never ended. */
function toTimeoutFailure({ errorCode, remediation }: FailureBlueprint): FailureBlueprint {
  const operation = errorCode.replace(/_FAILED$/, '');
  return {
    errorCode: `${operation}_TIMED_OUT`,
    message: 'The work on {} took longer than it may',
    remediation,
    because: {
      errorCode: `${operation}_STEP_TIMED_OUT`,
      message: 'A step that works on {} did not end in time',
      cause: 'No answer from {} for 3600 seconds',
    },
  };
}

/** Tasks that real planes send and no specification describes. */
function buildUnusualTasks(world: SeedWorld): SeedTask[] {
  return [withoutErrors, withWarnings, withNullArrays, ofLegacyVersion, withRequiredFieldsOnly, notRetryable].map((make) => {
    const json = make(world);
    return { json: { ...json, id: world.random.uuid() }, failure: null, startsInMs: null };
  });
}

/** Failed with `errors: []`; the reason is in a stage of a subtask, three levels down. */
function withoutErrors(world: SeedWorld): WireObject {
  const { random } = world;
  const json: WireObject = buildSeedTask(domainCreation, world, { status: 'FAILED', minutesAgo: 95, share: 0.5 });
  const failed = listSteps(json).find(({ node }) => node['status'] === 'FAILED');
  const stage = failed === undefined ? undefined : filterObjects(failed.node['stages']).at(-1);
  if (failed !== undefined) failed.node['errors'] = [];
  if (stage !== undefined) {
    const message = 'The physical adapter vmnic1 is still in use by another switch';
    stage['errors'] = [{ errorCode: 'ADAPTER_IN_USE', errorType: 'ERROR', message, referenceToken: referenceToken(random) }];
  }
  return { ...json, errors: [] };
}

/** Successful, with warnings among its errors and the notifications of 9.1; one subtask is not applicable. */
function withWarnings(world: SeedWorld): WireObject {
  const { random } = world;
  const json: WireObject = buildSeedTask(upgradePrecheck, world, { status: 'COMPLETED_WITH_WARNING', minutesAgo: 100 });
  const first = filterObjects(json['subTasks'])[0];
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

/** Null for arrays and subtasks, as documented for 4.4 and observed live. */
function withNullArrays(world: SeedWorld): WireObject {
  const json = buildSeedTask(clusterCreation, world, { status: 'Successful', minutesAgo: 200 });
  return { ...json, subTasks: [null, null, ...(json.subTasks ?? []).slice(-1)], resources: null, errors: null };
}

/**
 * Created in January 1970: seconds taken for milliseconds. Before 5.1 there was no isRetryable; the type of a host was
 * HOST.
 */
function ofLegacyVersion(world: SeedWorld): WireObject {
  const { site, now } = world;
  const { id, name, status, subTasks, errors } = buildSeedTask(hostCommission, world, {
    status: 'FAILED',
    minutesAgo: 300,
    share: 0.2,
  });
  const creationTimestamp = formatInstant(Math.floor(now / 1000));
  const resources = [{ resourceId: site.resourceId(name), type: 'HOST' }];
  return { id, name, status, creationTimestamp, subTasks, errors, resources, resolutionStatus: 'UNRESOLVED', isCancellable: false };
}

/** Only the required fields. */
function withRequiredFieldsOnly(world: SeedWorld): WireObject {
  const { id, name, status, creationTimestamp } = buildSeedTask(managerBackup, world, {
    status: 'SUCCESSFUL',
    minutesAgo: 1500,
  });
  return { id, name, status, creationTimestamp };
}

/** Failed, and cannot be retried. */
function notRetryable(world: SeedWorld): WireObject {
  return { ...buildSeedTask(managerBackup, world, { status: 'Failed', minutesAgo: 160, share: 0.5 }), isRetryable: false };
}

const unfinishedStatuses = new Set(['PENDING', 'QUEUED', 'IN_PROGRESS']);

/** A task with defaults for all fields that a test does not set. The id is the given one if it is a text. */
export function buildAddedTask(wire: Readonly<WireObject>, random: Random, now: number): { id: string; json: WireObject } {
  const id = toText(wire['id']) || random.uuid();
  const status = canonicalStatus(wire['status'] ?? 'SUCCESSFUL');
  const json: WireObject = {
    id,
    name: 'Backing up the management domain',
    type: 'SDDC_MANAGER_BACKUP',
    status: 'SUCCESSFUL',
    creationTimestamp: formatInstant(now - 60_000),
    completionTimestamp: unfinishedStatuses.has(status) ? undefined : formatInstant(now - 1_000),
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

/** A credentials task with defaults for all fields that a test does not set; by default one failed rotation. */
export function buildAddedCredentialsTask(wire: Readonly<WireObject>, random: Random, now: number): { id: string; json: WireObject } {
  const id = toText(wire['id']) || random.uuid();
  const status = wire['status'] ?? 'FAILED';
  const subTask: WireObject = {
    id: random.uuid(),
    name: 'added-esx01.cloud.example:SSH',
    description: 'Change the password of root on added-esx01.cloud.example',
    status,
    creationTimestamp: formatInstant(now - 60_000),
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
    creationTimestamp: formatInstant(now - 60_000),
    completionTimestamp: unfinishedStatuses.has(canonicalStatus(status)) ? undefined : formatInstant(now - 1_000),
    subTasks: [subTask],
    errors: [],
    isAutoRotate: false,
    ...wire,
  };
  return { id, json };
}

/** The fields of one of many finished tasks: 0 is the newest, and each is a second older than the previous one. */
export function buildFillerTask(place: number, now: number): WireObject {
  const createdAt = now - (place + 1) * 1_000;
  return {
    name: `Backing up the management domain, run ${place + 1}`,
    status: place % 2 === 0 ? 'SUCCESSFUL' : 'Successful',
    creationTimestamp: formatInstant(createdAt),
    completionTimestamp: formatInstant(createdAt + 800),
  };
}
