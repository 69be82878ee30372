import type { Random } from '../../../simulation/random.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';
import type { SimulatedStep } from './simulated-task.js';

const seconds = 1000;

const failureMessages = [
  'provisioning failed: provider already exists',
  'provisioning failed: application could not be registered',
  'package input client_id is not known to the identity provider',
];

/** A whole life: pending, running, and an end after 10 to 60 seconds of each. `beginsAfterMs` is the time before it exists. */
export function lifeSteps(random: Random, beginsAfterMs: number, subject: JsonObject, end: JsonObject): readonly SimulatedStep[] {
  // The plane names install and package only once it has got to them.
  const { operation, ...found } = subject;
  return [
    { afterMs: beginsAfterMs, changes: { operation, status: 'pending' } },
    { afterMs: random.between(10, 30) * seconds, changes: { ...found, status: 'running' } },
    { afterMs: random.between(20, 60) * seconds, changes: end },
  ];
}

/** A task that is under way from the start for so many minutes; every minute it shows a sign of life in `updated_at`. */
export function longSteps(minutes: number, subject: JsonObject, end: JsonObject): readonly SimulatedStep[] {
  const signsOfLife = Array.from({ length: minutes - 1 }, () => ({ afterMs: 60 * seconds, changes: {} }));
  return [{ afterMs: 0, changes: { ...subject, status: 'running' } }, ...signsOfLife, { afterMs: 60 * seconds, changes: end }];
}

/** How a task ends: well most of the time. */
export function someEnd(random: Random): JsonObject {
  return random.chance(0.2) ? failedEnd(random) : { status: 'completed' };
}

export function failedEnd(random: Random): JsonObject {
  return { status: 'failed', error_message: random.pick(failureMessages) };
}
