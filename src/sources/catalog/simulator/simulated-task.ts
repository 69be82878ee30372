import type { JsonObject } from '../../../model/scalars.js';

/** What happens to a simulated task, so many milliseconds after the step before. */
export interface SimulatedStep {
  readonly afterMs: number;
  /** Fields that change; the first step brings all that the task begins with. */
  readonly changes: JsonObject;
}

/** A task of a simulated catalog, on its way through its steps. */
export class SimulatedTask {
  readonly id: string;
  /** As the plane would send it; null before it begins. */
  body: JsonObject | null = null;
  #steps: readonly SimulatedStep[];
  #waitedMs = 0;

  constructor(id: string, steps: readonly SimulatedStep[]) {
    this.id = id;
    this.#steps = steps;
  }

  /** Takes every step that is due by then; `timestamp` goes into it. */
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
