import type { Random } from '../../simulation/random.js';
import type { Blueprint } from './blueprint.js';
import { allBlueprints } from './blueprints.js';
import { bundleDownload, certificateReplacement, hostCommission, hostDecommission, upgradePrecheck } from './maintenance-blueprints.js';

/** How often the tasks of a simulated site start, and how long they take. */
export interface TaskPace {
  /** No new task starts while this many are running. */
  readonly maxUnderWay: number;
  /** Whether a task only starts when the list has none of its name. */
  readonly avoidsNames: boolean;
  /** Milliseconds until another task may start. */
  chooseInterval(random: Random): number;
  chooseBlueprint(random: Random): Blueprint;
  /** How long a whole task of this type runs, in milliseconds. */
  chooseDuration(type: string, random: Random): number;
  /** How long a retry runs, in milliseconds; `share` is the part of the steps that is left, from 0 to 1. */
  chooseRetryDuration(type: string, share: number, random: Random): number;
  /** The same two for credentials tasks. */
  chooseCredentialsInterval(random: Random): number;
  chooseCredentialsDuration(random: Random): number;
}

/** Everything happens within minutes. */
export const fastPace: TaskPace = {
  maxUnderWay: 7,
  avoidsNames: false,
  chooseInterval: (random) => random.between(6_000, 22_000),
  chooseBlueprint: (random) => random.pick(allBlueprints),
  chooseDuration: (_type, random) => random.between(20_000, 120_000),
  chooseRetryDuration: (_type, _share, random) => random.between(20_000, 120_000),
  chooseCredentialsInterval: (random) => random.between(60_000, 180_000),
  chooseCredentialsDuration: (random) => random.between(20_000, 60_000),
};

/** What a site does every day; most of what starts is of these kinds, so that something ends every few minutes. */
const everydayWork: readonly Blueprint[] = [hostCommission, hostDecommission, certificateReplacement, bundleDownload, upgradePrecheck];

/** As at a busy real site: a backup takes minutes, a workload domain hours. */
export const lifelikePace: TaskPace = {
  maxUnderWay: 12,
  avoidsNames: true,
  chooseInterval: (random) => random.between(40_000, 150_000),
  chooseBlueprint: (random) => random.pick(random.chance(0.12) ? allBlueprints : everydayWork),
  chooseDuration,
  // Short, so that a person who tries a retry sees how it ends.
  chooseRetryDuration: (type, share, random) => Math.min(longestRetryMs, Math.round(chooseDuration(type, random) * share)),
  chooseCredentialsInterval: (random) => random.between(20 * 60_000, 50 * 60_000),
  chooseCredentialsDuration: (random) => random.between(60_000, 180_000),
};

const longestRetryMs = 150_000;

function chooseDuration(type: string, random: Random): number {
  const { minutes } = allBlueprints.find((blueprint) => blueprint.type === type) ?? hostCommission;
  return Math.round(minutes * 60_000 * (0.75 + random.fraction() / 2));
}
