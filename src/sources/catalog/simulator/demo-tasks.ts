import type { JsonObject } from '../../../model/scalars.js';
import type { Random } from '../../simulation/random.js';
import { simulatedError } from './error-responses.js';
import { type SimulatedStep, SimulatedTask } from './simulated-task.js';

const seconds = 1000;

/** Named in the sample operations. */
const sampleId = 'V1StGXR8Z5jdHi6BmyT7abcdef';

/** Tasks that begin while one watches, so many seconds after the start: each further away than the one before. */
const laterStarts = [40, 270, 900];

/** How long the installs of large packages take, in minutes: while one watches, in the first hour, in a shift, all day. */
const longMinutes = [10, 30, 90, 24 * 60];

export interface DemoContext {
  readonly random: Random;
  readonly zoneId: string;
  readonly packages: readonly SimulatedPackage[];
  /** The plane's time, as the plane writes it. */
  readonly timestamp: string;
}

/**
 * The tasks of a demo zone: one or more of each state and operation at the start, some that begin later, and some that
 * take hours. What begins and ends is spread thinner as time passes, because the gateway asks for every tracked id that
 * has not ended, each time it refreshes: hundreds of short tasks would cost hundreds of calls, answered by 404 until
 * they begin. These 15 cost 12 at most, and one of them is unfinished for a day.
 */
export function demoTasks(scene: DemoContext): readonly SimulatedTask[] {
  const { random } = scene;
  const add = (steps: ReturnType<typeof fullLifeSteps>, id = nanoid(random)): SimulatedTask => new SimulatedTask(id, steps);
  const running = (operation: string): JsonObject => ({ ...pickSubject(scene, operation), status: 'running' });
  const tasks = [
    add(
      [
        ...statusFromStart({ ...running('create'), links: sampleLinks(scene) }),
        { afterMs: 90 * seconds, changes: { status: 'completed' } },
      ],
      sampleId,
    ),
    add([...statusFromStart(running('create')), { afterMs: 35 * seconds, changes: failureEnd(random) }]),
    add([...statusFromStart(withAdoptionWarning(scene, running('delete'))), { afterMs: 50 * seconds, changes: { status: 'completed' } }]),
    add(fullLifeSteps(random, 0, { ...pickSubject(scene, 'create'), links: null }, { status: 'completed' })),
    add(fullLifeSteps(random, 0, pickSubject(scene, 'delete'), failureEnd(random))),
    add(statusFromStart({ ...pickSubject(scene, 'create'), status: 'completed' })),
    add(statusFromStart({ ...pickSubject(scene, 'create'), ...failureEnd(random) })),
    add(statusFromStart({ ...pickSubject(scene, 'delete'), status: 'failed', error_message: 'the install is in use', links: null })),
    ...laterStarts.map((start) => {
      const beginsAfterMs = (start + random.between(-20, 20)) * seconds;
      return add(fullLifeSteps(random, beginsAfterMs, pickSubject(scene, random.pick(['create', 'create', 'delete'])), randomEnd(random)));
    }),
    ...longMinutes.map((minutes) => add(longRunningSteps(minutes, pickSubject(scene, 'create'), randomEnd(random)))),
  ];
  for (const task of tasks) task.advance(0, scene.timestamp);
  return tasks;
}

function statusFromStart(changes: JsonObject): ReturnType<typeof fullLifeSteps> {
  return [{ afterMs: 0, changes }];
}

function pickSubject({ random, packages }: DemoContext, operation: string): JsonObject {
  const { id, slug, version } = random.pick(packages);
  return { operation, install_id: nanoid(random), package_id: id, package_slug: slug, package_version: version };
}

/** Removing an install keeps what was there before it; the plane says so in the form of an error. */
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

/** A whole life: pending, running, and an end after 10 to 60 seconds of each. `beginsAfterMs` is the time before it exists. */
export function fullLifeSteps(random: Random, beginsAfterMs: number, subject: JsonObject, end: JsonObject): readonly SimulatedStep[] {
  // The plane names install and package only once it has got to them.
  const { operation, ...found } = subject;
  return [
    { afterMs: beginsAfterMs, changes: { operation, status: 'pending' } },
    { afterMs: random.between(10, 30) * second, changes: { ...found, status: 'running' } },
    { afterMs: random.between(20, 60) * second, changes: end },
  ];
}

/** A task that is under way from the start for so many minutes; every minute it shows a sign of life in `updated_at`. */
export function longRunningSteps(minutes: number, subject: JsonObject, end: JsonObject): readonly SimulatedStep[] {
  const signsOfLife = Array.from({ length: minutes - 1 }, () => ({ afterMs: 60 * second, changes: {} }));
  return [{ afterMs: 0, changes: { ...subject, status: 'running' } }, ...signsOfLife, { afterMs: 60 * second, changes: end }];
}

/** How a task ends: well most of the time. */
export function randomEnd(random: Random): JsonObject {
  return random.chance(0.2) ? failureEnd(random) : { status: 'completed' };
}

export function failureEnd(random: Random): JsonObject {
  return { status: 'failed', error_message: random.pick(failureMessages) };
}

/** A package that a simulated catalog offers. */
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

/** An id in the catalog's form: 26 characters of nanoid. */
export function nanoid(random: Random): string {
  return random.text(26, alphabet);
}
