import { SourceProblemError } from '../error/source-problem-error.js';
import type { TaskSourceHealth } from './health.js';
import type { TaskSourceProblem } from './problem.js';

const remembered = 32;

/** Remembers how the reads of one source went. */
export class SourceHealth {
  readonly #timeoutMs: number;
  readonly #report: (error: unknown) => void;
  readonly #latencies: number[] = [];
  #lastSuccessAt: number | null = null;
  #newestDataAt: number | null = null;
  #problem: TaskSourceProblem | null = null;
  #failure: SourceProblemError | null = null;
  #state: 'unasked' | 'answers' | 'answers-in-part' | 'fails' = 'unasked';

  /** `report` gets what went wrong inside the gateway, for the log. */
  constructor(timeoutMs: number, report: (error: unknown) => void) {
    this.#timeoutMs = timeoutMs;
    this.#report = report;
  }

  /** Why the plane did not answer when it was asked last; null when it did. */
  get failure(): SourceProblemError | null {
    return this.#failure;
  }

  /** The plane answered; `problem` is what failed of it in part, or null. */
  succeeded(at: number, latencyMs: number, problem: TaskSourceProblem | null): void {
    this.#lastSuccessAt = at;
    this.#newestDataAt = Math.max(at, this.#newestDataAt ?? at);
    this.#problem = problem;
    this.#failure = null;
    this.#state = problem === null ? 'answers' : 'answers-in-part';
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > remembered) this.#latencies.shift();
  }

  /** It did not, or we failed ourselves; what is to be said of it. */
  failed(error: unknown): SourceProblemError {
    if (!(error instanceof SourceProblemError)) this.#report(error);
    const failure =
      error instanceof SourceProblemError ? error : new SourceProblemError('OTHER', 'The plane could not be read.', { cause: error });
    this.#failure = failure;
    this.#problem = failure.problem;
    this.#state = 'fails';
    return failure;
  }

  /** As the schema shows it. Half of the deadline or more is slow. */
  now(): TaskSourceHealth {
    const latencyMs = medianOf(this.#latencies);
    const isSlow = latencyMs !== null && latencyMs * 2 >= this.#timeoutMs;
    const status = { unasked: 'UNKNOWN', answers: isSlow ? 'DEGRADED' : 'UP', 'answers-in-part': 'DEGRADED', fails: 'DOWN' } as const;
    return {
      status: status[this.#state],
      circuit: 'CLOSED',
      lastSuccessAt: this.#lastSuccessAt,
      dataObservedAt: this.#newestDataAt,
      latencyMs,
      problem: this.#problem,
    };
  }
}

function medianOf(values: readonly number[]): number | null {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return middle === undefined ? null : Math.round(middle);
}
