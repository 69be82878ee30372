import type { Random } from '../../simulation/random.js';
import type { AstraState } from '../task.js';

/** The course of an operation: its states in order, and its final state. */
export interface OperationScript {
  /** States and their durations, in milliseconds. */
  readonly phases: readonly { readonly state: AstraState; readonly ms: number }[];
  readonly end: 'completed' | 'failed' | 'cancelled';
  /** Percentage of the work that is done at the end. */
  readonly finalPercent: number;
  /** Whether it completes with a warning. */
  readonly hasWarning: boolean;
}

/** How far an operation is in its script. */
export interface OperationProgress {
  readonly state: AstraState;
  /** 0 to 100. */
  readonly percent: number;
}

export type OperationScenario = 'succeeds' | 'succeeds with warning' | 'fails' | 'pauses' | 'is cancelled';

/** Builds the script of a scenario; the work itself takes 20 to 90 seconds where `workMs` is absent. */
export function buildScript(scenario: OperationScenario, random: Random, workMs: number = random.between(20, 90) * 1000): OperationScript {
  const phases = [
    { state: 'notStarted', ms: 3_000 },
    { state: 'running', ms: workMs },
  ] as const;
  const script: OperationScript = { phases, end: 'completed', finalPercent: 100, hasWarning: scenario === 'succeeds with warning' };
  if (scenario === 'fails') return { ...script, end: 'failed', finalPercent: random.between(20, 90) };
  if (scenario === 'is cancelled') {
    return { ...script, phases: [...phases, { state: 'cancelling', ms: 8_000 }], end: 'cancelled', finalPercent: random.between(20, 80) };
  }
  if (scenario !== 'pauses') return script;
  const half = { state: 'running', ms: workMs / 2 } as const;
  return { ...script, phases: [phases[0], half, { state: 'pausing', ms: 5_000 }, { state: 'paused', ms: 30_000 }, half] };
}

/** The progress this many milliseconds after the operation was accepted. */
export function computeProgress({ phases, end, finalPercent }: OperationScript, elapsedMs: number): OperationProgress {
  const workMs = sum(phases.filter(({ state }) => state === 'running').map(({ ms }) => ms));
  let left = elapsedMs;
  let workedMs = 0;
  for (const { state, ms } of phases) {
    if (state === 'running') workedMs += Math.min(left, ms);
    if (left < ms) return { state, percent: (workedMs / workMs) * finalPercent };
    left -= ms;
  }
  return { state: end, percent: finalPercent };
}

/**
 * When a state starts for the first time, in milliseconds after the operation was accepted; the whole duration when it
 * never does.
 */
export function findStateStartMs({ phases }: OperationScript, state: AstraState): number {
  const index = phases.findIndex((phase) => phase.state === state);
  return sum((index === -1 ? phases : phases.slice(0, index)).map(({ ms }) => ms));
}

/** The progress of one of `count` children: they run one after the other, each for an equal share of the whole. */
export function computeChildProgress(whole: OperationProgress, childIndex: number, count: number): OperationProgress {
  const share = 100 / count;
  const percent = Math.min(100, Math.max(0, ((whole.percent - childIndex * share) / share) * 100));
  if (whole.state === 'completed' || percent === 100) return { state: 'completed', percent: 100 };
  const isActive = whole.state !== 'notStarted' && whole.percent >= childIndex * share;
  if (isActive) return { state: whole.state, percent };
  const isFinished = whole.state === 'failed' || whole.state === 'cancelled';
  return { state: isFinished ? 'cancelled' : 'notStarted', percent: 0 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
