import type { JsonObject } from '../../../model/scalars.js';

/** A change of a simulated task, this many milliseconds after the previous step. */
export interface SimulatedStep {
  readonly afterMs: number;
  /** Changed fields; the first step has all fields that the task starts with. */
  readonly changes: JsonObject;
}

/** A task of the simulated catalog, and the steps that it goes through. */
export class SimulatedTask {
  readonly id: string;
  /** As the plane sends it; null before the task starts. */
  body: JsonObject | null = null;
  #steps: readonly SimulatedStep[];
  #waitedMs = 0;

  constructor(id: string, steps: readonly SimulatedStep[]) {
    this.id = id;
    this.#steps = steps;
  }

  /** Applies all steps that are due, with this timestamp. */
  advance(ms: number, timestamp: string): void {
    this.#waitedMs += ms;
    const due: SimulatedStep[] = [];
    let usedMs = 0;
    for (const step of this.#steps) {
      if (usedMs + step.afterMs > this.#waitedMs) break;
      usedMs += step.afterMs;
      due.push(step);
    }
    if (due.length === 0) return;
    this.#waitedMs -= usedMs;
    this.#steps = this.#steps.slice(due.length);
    for (const { changes } of due) {
      this.body = { id: this.id, created_at: timestamp, ...this.body, updated_at: timestamp, ...changes };
    }
  }
}
