import type { Random } from '../../simulation/random.js';
import type { AstraState } from '../status.js';

/** What becomes of an operation: its states one after another, and the state that it ends in. */
export interface OperationScript {
  /** States and how long each lasts, in milliseconds. */
  readonly phases: readonly { readonly state: AstraState; readonly ms: number }[];
  readonly end: 'completed' | 'failed' | 'cancelled';
  /** How far the work gets, 0 to 100. */
  readonly reach: number;
  /** It remarks something although it completes. */
  readonly hasRemark: boolean;
}

/** Where an operation is in its script. */
export interface OperationProgress {
  readonly state: AstraState;
  /** 0 to 100. */
  readonly percent: number;
}

export type OperationScenario = 'goes well' | 'remarks' | 'fails' | 'pauses' | 'is cancelled';

/** A script for a fate; the work itself takes 20 to 90 seconds. */
export function buildScript(fate: OperationScenario, random: Random): OperationScript {
  const workMs = random.between(20, 90) * 1000;
  const phases = [
    { state: 'notStarted', ms: 3_000 },
    { state: 'running', ms: workMs },
  ] as const;
  const script: OperationScript = { phases, end: 'completed', reach: 100, hasRemark: fate === 'remarks' };
  if (fate === 'fails') return { ...script, end: 'failed', reach: random.between(20, 90) };
  if (fate === 'is cancelled') {
    return { ...script, phases: [...phases, { state: 'cancelling', ms: 8_000 }], end: 'cancelled', reach: random.between(20, 80) };
  }
  if (fate !== 'pauses') return script;
  const half = { state: 'running', ms: workMs / 2 } as const;
  return { ...script, phases: [phases[0], half, { state: 'pausing', ms: 5_000 }, { state: 'paused', ms: 30_000 }, half] };
}

/** Where it is so many milliseconds after it was accepted. */
export function progressAt({ phases, end, reach }: OperationScript, elapsedMs: number): OperationProgress {
  const workMs = sum(phases.filter(({ state }) => state === 'running').map(({ ms }) => ms));
  let left = elapsedMs;
  let workedMs = 0;
  for (const { state, ms } of phases) {
    if (state === 'running') workedMs += Math.min(left, ms);
    if (left < ms) return { state, percent: (workedMs / workMs) * reach };
    left -= ms;
  }
  return { state: end, percent: reach };
}

/** When a state begins for the first time, in milliseconds after the operation was accepted; the whole length where it never does. */
export function stateStartMs({ phases }: OperationScript, state: AstraState): number {
  const place = phases.findIndex((phase) => phase.state === state);
  return sum((place === -1 ? phases : phases.slice(0, place)).map(({ ms }) => ms));
}

/** Where child number `place` of `count` is: children work one after another, each an equal share of the whole. */
export function childProgress(whole: OperationProgress, place: number, count: number): OperationProgress {
  const share = 100 / count;
  const percent = Math.min(100, Math.max(0, ((whole.percent - place * share) / share) * 100));
  if (whole.state === 'completed' || percent === 100) return { state: 'completed', percent: 100 };
  const isItsTurn = whole.state !== 'notStarted' && whole.percent >= place * share;
  if (isItsTurn) return { state: whole.state, percent };
  const isOver = whole.state === 'failed' || whole.state === 'cancelled';
  return { state: isOver ? 'cancelled' : 'notStarted', percent: 0 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
