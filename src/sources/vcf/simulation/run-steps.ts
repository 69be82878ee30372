import type { Agenda } from './agenda.js';
import { begin, fail, type Step, succeed } from './steps.js';
import type { ErrorJson } from './wire-json.js';

/** How a row of steps is worked off. */
export interface StepRun {
  readonly agenda: Agenda;
  readonly steps: readonly Step[];
  /** Milliseconds of the plane's time for all of them. */
  readonly durationMs: number;
  /** Which step fails, counted from 0, and how; null: none. */
  readonly failure: { readonly index: number; readonly error: ErrorJson } | null;
  /** False ends the run without a word: the task went away, or something else became of it. */
  readonly isWanted: () => boolean;
  /** Called once, at the end. */
  readonly done: (result: 'SUCCESSFUL' | 'FAILED') => void;
}

/** Works off steps one after the other, in equal parts of the time. Without steps, the time passes all the same. */
export function runSteps(run: StepRun): void {
  const count = Math.max(1, run.steps.length);
  const stepMs = Math.floor(run.durationMs / count);
  const work = (index: number): void => {
    const step = run.steps[index];
    if (step !== undefined) begin(step, run.agenda.now);
    run.agenda.after(stepMs, () => {
      if (!run.isWanted()) return;
      const error = run.failure?.index === index ? run.failure.error : null;
      if (step !== undefined && error !== null) fail(step, run.agenda.now, error);
      else if (step !== undefined) succeed(step, run.agenda.now);
      if (error !== null) run.done('FAILED');
      else if (index + 1 >= count) run.done('SUCCESSFUL');
      else work(index + 1);
    });
  };
  work(0);
}
