import type { Random } from '../../../simulation/random.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';
import { simulatedError } from './simulated-error.js';
import { nanoid, type SimulatedPackage } from './simulated-package.js';
import { failedEnd, lifeSteps, longSteps, someEnd } from './simulated-steps.js';
import { SimulatedTask } from './simulated-task.js';

const seconds = 1000;

/** Named in the sample operations. */
const sampleId = 'V1StGXR8Z5jdHi6BmyT7abcdef';

/** Tasks that begin while one watches, so many seconds after the start: each further away than the one before. */
const laterStarts = [40, 270, 900];

/** How long the installs of large packages take, in minutes: while one watches, in the first hour, in a shift, all day. */
const longMinutes = [10, 30, 90, 24 * 60];

export interface DemoScene {
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
export function demoTasks(scene: DemoScene): readonly SimulatedTask[] {
  const { random } = scene;
  const add = (steps: ReturnType<typeof lifeSteps>, id = nanoid(random)): SimulatedTask => new SimulatedTask(id, steps);
  const running = (operation: string): JsonObject => ({ ...subjectOf(scene, operation), status: 'running' });
  const tasks = [
    add([...at({ ...running('create'), links: linksOf(scene) }), { afterMs: 90 * seconds, changes: { status: 'completed' } }], sampleId),
    add([...at(running('create')), { afterMs: 35 * seconds, changes: failedEnd(random) }]),
    add([...at(adopting(scene, running('delete'))), { afterMs: 50 * seconds, changes: { status: 'completed' } }]),
    add(lifeSteps(random, 0, { ...subjectOf(scene, 'create'), links: null }, { status: 'completed' })),
    add(lifeSteps(random, 0, subjectOf(scene, 'delete'), failedEnd(random))),
    add(at({ ...subjectOf(scene, 'create'), status: 'completed' })),
    add(at({ ...subjectOf(scene, 'create'), ...failedEnd(random) })),
    add(at({ ...subjectOf(scene, 'delete'), status: 'failed', error_message: 'the install is in use', links: null })),
    ...laterStarts.map((start) => {
      const beginsAfterMs = (start + random.between(-20, 20)) * seconds;
      return add(lifeSteps(random, beginsAfterMs, subjectOf(scene, random.pick(['create', 'create', 'delete'])), someEnd(random)));
    }),
    ...longMinutes.map((minutes) => add(longSteps(minutes, subjectOf(scene, 'create'), someEnd(random)))),
  ];
  for (const task of tasks) task.advance(0, scene.timestamp);
  return tasks;
}

function at(changes: JsonObject): ReturnType<typeof lifeSteps> {
  return [{ afterMs: 0, changes }];
}

function subjectOf({ random, packages }: DemoScene, operation: string): JsonObject {
  const { id, slug, version } = random.pick(packages);
  return { operation, install_id: nanoid(random), package_id: id, package_slug: slug, package_version: version };
}

/** Removing an install keeps what was there before it; the plane says so in the form of an error. */
function adopting({ random, zoneId, timestamp }: DemoScene, subject: JsonObject): JsonObject {
  const path = `/zones/${zoneId}/installs/${String(subject['install_id'])}`;
  const details = [{ code: 'conflict', field: '$.entities[0]', message: 'provider "github" was adopted' }];
  const warning = simulatedError(409, '1 adopted entity will be preserved', { path, requestId: random.uuid(), timestamp }, details);
  return { ...subject, warnings: [warning] };
}

function linksOf({ zoneId }: DemoScene): readonly JsonObject[] {
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
