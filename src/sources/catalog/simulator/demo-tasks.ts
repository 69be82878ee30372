import type { JsonObject } from '../../../model/scalars.js';
import type { Random } from '../../simulation/random.js';
import { simulatedError } from './error-responses.js';
import { type SimulatedStep, SimulatedTask } from './simulated-task.js';

const seconds = 1000;

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
  /** The time of the plane, as the plane formats it. */
  readonly timestamp: string;
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
  for (const task of tasks) task.advance(0, context.timestamp);
  return tasks;
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
  const warning = simulatedError(409, '1 adopted entity will be preserved', { path, requestId: random.uuid(), timestamp }, details);
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

const second = 1000;

const failureMessages = [
  'provisioning failed: provider already exists',
  'provisioning failed: application could not be registered',
  'package input client_id is not known to the identity provider',
];

/**
 * The steps of a whole task: pending, running and an end, after 10 to 60 seconds each. `beginsAfterMs`: the time before
 * it exists.
 */
export function fullLifeSteps(random: Random, beginsAfterMs: number, subject: JsonObject, end: JsonObject): readonly SimulatedStep[] {
  // The plane sends install and package only after it has resolved them.
  const { operation, ...found } = subject;
  return [
    { afterMs: beginsAfterMs, changes: { operation, status: 'pending' } },
    { afterMs: random.between(10, 30) * second, changes: { ...found, status: 'running' } },
    { afterMs: random.between(20, 60) * second, changes: end },
  ];
}

/** The steps of a task that runs from the start for this many minutes, and updates `updated_at` every minute. */
function longRunningSteps(minutes: number, subject: JsonObject, end: JsonObject): readonly SimulatedStep[] {
  const signsOfLife = Array.from({ length: minutes - 1 }, () => ({ afterMs: 60 * second, changes: {} }));
  return [{ afterMs: 0, changes: { ...subject, status: 'running' } }, ...signsOfLife, { afterMs: 60 * second, changes: end }];
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
