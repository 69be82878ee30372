import type { SourceProblemError } from '../error/source-problem-error.js';
import type { TaskSourceHealth } from './health.js';
import type { TaskSourceProblem } from './problem.js';

const remembered = 32;

/** Remembers how the reads of one source went. */
export class SourceHealth {
  readonly #latencies: number[] = [];
  #lastSuccessAt: number | null = null;
  #problem: TaskSourceProblem | null = null;
  #state: 'unasked' | 'answers' | 'answers-in-part' | 'fails' = 'unasked';

  /** The plane answered; `problem` is what failed of it in part, or null. */
  succeeded(at: number, latencyMs: number, problem: TaskSourceProblem | null): void {
    this.#lastSuccessAt = at;
    this.#problem = problem;
    this.#state = problem === null ? 'answers' : 'answers-in-part';
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > remembered) this.#latencies.shift();
  }

  failed(error: SourceProblemError): void {
    this.#problem = error.problem;
    this.#state = 'fails';
  }

  /** As the schema shows it. Half of the deadline or more is slow. */
  report(dataObservedAt: number | null, timeoutMs: number): TaskSourceHealth {
    const latencyMs = medianOf(this.#latencies);
    const isSlow = latencyMs !== null && latencyMs * 2 >= timeoutMs;
    const status = { unasked: 'UNKNOWN', answers: isSlow ? 'DEGRADED' : 'UP', 'answers-in-part': 'DEGRADED', fails: 'DOWN' } as const;
    return {
      status: status[this.#state],
      circuit: 'CLOSED',
      lastSuccessAt: this.#lastSuccessAt,
      dataObservedAt,
      latencyMs,
      problem: this.#problem,
    };
  }
}

function medianOf(values: readonly number[]): number | null {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return middle === undefined ? null : Math.round(middle);
}
