import type { JsonObject } from '../../../model/scalars.js';
import type { Random } from '../../simulation/random.js';
import { simulatedError } from './error-responses.js';
import { type SimulatedStep, SimulatedTask } from './simulated-task.js';

const seconds = 1000;
const minute = 60 * seconds;

/** The id in the sample operations. */
const sampleId = 'V1StGXR8Z5jdHi6BmyT7abcdef';

/** Seconds after which further tasks start, so that a demo shows some of them. */
const laterStarts = [40, 270, 900];

/** Minutes that the installs of large packages take: from the length of a demo to a day. */
const longMinutes = [10, 30, 90, 24 * 60];

interface DemoContext {
  readonly random: Random;
  readonly zoneId: string;
  readonly packages: readonly SimulatedPackage[];
  /** The time of the plane so many milliseconds ago, as the plane formats it. */
  readonly timestamp: (agoMs?: number) => string;
}

/**
 * The tasks of a demo zone: one or more of each state and operation at the start, some that start later, and some that
 * take hours. There are few of them, because the gateway reads every unfinished tracked id on each refresh: hundreds of
 * short tasks would cost hundreds of calls, answered by 404 until they start. These 15 cost at most 12, and one of them
 * is unfinished for a day.
 */
export function demoTasks(context: DemoContext): readonly SimulatedTask[] {
  const { random } = context;
  const add = (steps: ReturnType<typeof fullLifeSteps>, id = nanoid(random)): SimulatedTask => new SimulatedTask(id, steps);
  const running = (operation: string): JsonObject => ({ ...pickSubject(context, operation), status: 'running' });
  const tasks = [
    add(
      [
        ...statusFromStart({ ...running('create'), links: sampleLinks(context) }),
        { afterMs: 90 * seconds, changes: { status: 'completed' } },
      ],
      sampleId,
    ),
    add([...statusFromStart(running('create')), { afterMs: 35 * seconds, changes: failureEnd(random) }]),
    add([...statusFromStart(withAdoptionWarning(context, running('delete'))), { afterMs: 50 * seconds, changes: { status: 'completed' } }]),
    add(fullLifeSteps(random, 0, { ...pickSubject(context, 'create'), links: null }, { status: 'completed' })),
    add(fullLifeSteps(random, 0, pickSubject(context, 'delete'), failureEnd(random))),
    add(statusFromStart({ ...pickSubject(context, 'create'), status: 'completed' })),
    add(statusFromStart({ ...pickSubject(context, 'create'), ...failureEnd(random) })),
    add(statusFromStart({ ...pickSubject(context, 'delete'), status: 'failed', error_message: 'the install is in use', links: null })),
    ...laterStarts.map((start) => {
      const beginsAfterMs = (start + random.between(-20, 20)) * seconds;
      return add(
        fullLifeSteps(random, beginsAfterMs, pickSubject(context, random.pick(['create', 'create', 'delete'])), randomEnd(random)),
      );
    }),
    ...longMinutes.map((minutes) => add(longRunningSteps(minutes, pickSubject(context, 'create'), randomEnd(random)))),
  ];
  for (const task of tasks) task.advance(0, context.timestamp());
  return tasks;
}

/** Operation, hours since it began, minutes that it took, and how it ended. */
const lifelikePast: readonly (readonly [operation: string, hoursAgo: number, minutes: number, isSuccess: boolean])[] = [
  ['create', 70, 3, true],
  ['create', 58, 4, true],
  ['create', 51, 2, false],
  ['delete', 46, 2, true],
  ['create', 33, 5, true],
  ['create', 27, 3, false],
  ['delete', 22, 1, false],
  ['create', 14, 4, true],
  ['create', 8, 6, true],
  ['delete', 5, 2, true],
  ['create', 3, 2, false],
  ['create', 1.2, 3, true],
];

/** Minutes since unfinished tasks began, and until they end. */
const lifelikePresent: readonly (readonly [sinceMinutes: number, leftMinutes: number])[] = [
  [3, 2],
  [9, 25],
  [40, 80],
  [60, 240],
];

/** Minutes after which further tasks start. */
const lifelikeFuture = [1, 5, 12, 25, 45, 90, 150];

/**
 * Three days of a zone, for people: installs take minutes, and what was done yesterday says so. As few as in `demoTasks`,
 * for the same reason. `V1StGXR8…`, which the sample operations name, runs for six minutes.
 */
export function lifelikeTasks(context: DemoContext): readonly SimulatedTask[] {
  const { random, timestamp } = context;
  const past = lifelikePast.map(([operation, hoursAgo, minutes, isSuccess]) => {
    const end = isSuccess ? { status: 'completed' } : failureEnd(random);
    const task = new SimulatedTask(nanoid(random), fullLifeSteps(random, 0, pickSubject(context, operation), end));
    const beganMs = hoursAgo * 60 * minute + random.between(0, 20 * minute);
    task.advance(0, timestamp(beganMs));
    task.advance(30 * seconds, timestamp(beganMs - 30 * seconds));
    task.advance(minutes * minute, timestamp(beganMs - minutes * minute));
    return task;
  });
  const running = (id: string, operation: string, since: number, left: number, rest: JsonObject, end: JsonObject): SimulatedTask => {
    const begin = { ...pickSubject(context, operation), status: 'running', ...rest };
    const task = new SimulatedTask(id, [...statusFromStart(begin), { afterMs: left * minute, changes: end }]);
    task.advance(0, timestamp(since * minute));
    return task;
  };
  const present = [
    running(sampleId, 'create', 2, 6, { links: sampleLinks(context) }, { status: 'completed' }),
    running(nanoid(random), 'delete', 1, 4, withAdoptionWarning(context, {}), { status: 'completed' }),
    ...lifelikePresent.map(([since, left]) => running(nanoid(random), 'create', since, left, {}, randomEnd(random))),
  ];
  const future = lifelikeFuture.map((afterMinutes) => {
    const operation = random.pick(['create', 'create', 'delete']);
    const workMs = random.between(90, 400) * seconds;
    return new SimulatedTask(
      nanoid(random),
      fullLifeSteps(random, afterMinutes * minute, pickSubject(context, operation), randomEnd(random), workMs),
    );
  });
  return [...past, ...present, ...future];
}

function statusFromStart(changes: JsonObject): ReturnType<typeof fullLifeSteps> {
  return [{ afterMs: 0, changes }];
}

function pickSubject({ random, packages }: DemoContext, operation: string): JsonObject {
  const { id, slug, version } = random.pick(packages);
  return { operation, install_id: nanoid(random), package_id: id, package_slug: slug, package_version: version };
}

/** Deleting an install keeps adopted entities; the plane reports that in the form of an error. */
function withAdoptionWarning({ random, zoneId, timestamp }: DemoContext, subject: JsonObject): JsonObject {
  const path = `/zones/${zoneId}/installs/${String(subject['install_id'])}`;
  const details = [{ code: 'conflict', field: '$.entities[0]', message: 'provider "github" was adopted' }];
  const warning = simulatedError(
    409,
    '1 adopted entity will be preserved',
    { path, requestId: random.uuid(), timestamp: timestamp() },
    details,
  );
  return { ...subject, warnings: [warning] };
}

function sampleLinks({ zoneId }: DemoContext): readonly JsonObject[] {
  return [
    { href: '#provider', rel: 'item' },
    {
      href: `/zones/${zoneId}/applications`,
      rel: 'related',
      type: 'application/json',
      titles: { en: 'Applications of the zone' },
      properties: { 'https://docs.keycard.ai/ns/kind': 'application' },
    },
  ];
}

const failureMessages = [
  'provisioning failed: provider already exists',
  'provisioning failed: application could not be registered',
  'package input client_id is not known to the identity provider',
];

/**
 * The steps of a whole task: pending for 10 to 30 seconds, running for `workMs`, 20 to 60 seconds where absent, and an
 * end. `beginsAfterMs`: the time before it exists.
 */
export function fullLifeSteps(
  random: Random,
  beginsAfterMs: number,
  subject: JsonObject,
  end: JsonObject,
  workMs?: number,
): readonly SimulatedStep[] {
  // The plane sends install and package only after it has resolved them.
  const { operation, ...found } = subject;
  return [
    { afterMs: beginsAfterMs, changes: { operation, status: 'pending' } },
    { afterMs: random.between(10, 30) * seconds, changes: { ...found, status: 'running' } },
    { afterMs: workMs ?? random.between(20, 60) * seconds, changes: end },
  ];
}

/** The steps of a task that runs from the start for this many minutes, and updates `updated_at` every minute. */
function longRunningSteps(minutes: number, subject: JsonObject, end: JsonObject): readonly SimulatedStep[] {
  const signsOfLife = Array.from({ length: minutes - 1 }, () => ({ afterMs: 60 * seconds, changes: {} }));
  return [{ afterMs: 0, changes: { ...subject, status: 'running' } }, ...signsOfLife, { afterMs: 60 * seconds, changes: end }];
}

/** A random end; most tasks succeed. */
export function randomEnd(random: Random): JsonObject {
  return random.chance(0.2) ? failureEnd(random) : { status: 'completed' };
}

function failureEnd(random: Random): JsonObject {
  return { status: 'failed', error_message: random.pick(failureMessages) };
}

/** A package of the simulated catalog. */
export interface SimulatedPackage {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
}

const slugs = ['github', 'slack', 'postgres-mcp', 'linear', 'google-workspace', 'datadog'];

export function simulatedPackages(random: Random): readonly SimulatedPackage[] {
  return slugs.map((slug) => ({ id: nanoid(random), slug, version: random.between(1, 9) }));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An id in the form of the catalog: a nanoid of 26 characters. */
export function nanoid(random: Random): string {
  return random.text(26, alphabet);
}
