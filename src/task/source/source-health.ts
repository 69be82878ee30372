import { causeCodeOf } from '../error/cause-code.js';
import type { SourceProblemError } from '../error/source-problem-error.js';
import type { Log, SourceChange } from '../log.js';
import type { TaskSourceHealth } from './health.js';
import type { TaskSourceProblem } from './problem.js';

const remembered = 32;

/** Remembers how the reads of one source went, and tells the log when that changes. */
export class SourceHealth {
  readonly #sourceName: string;
  readonly #log: Log;
  readonly #latencies: number[] = [];
  #lastSuccessAt: number | null = null;
  #problem: TaskSourceProblem | null = null;
  #state: 'unasked' | SourceChange['state'] = 'unasked';

  constructor(sourceName: string, log: Log) {
    this.#sourceName = sourceName;
    this.#log = log;
  }

  /** The plane answered; `problem` is what failed of it in part, or null. */
  succeeded(at: number, latencyMs: number, problem: TaskSourceProblem | null): void {
    this.#lastSuccessAt = at;
    this.#become({ state: problem === null ? 'answers' : 'answers-in-part', problem, causeCode: null });
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > remembered) this.#latencies.shift();
  }

  failed(error: SourceProblemError): void {
    this.#become({ state: 'fails', problem: error.problem, causeCode: causeCodeOf(error.cause) });
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

  /** A source that answers well from the start is nothing new. */
  #become(change: Omit<SourceChange, 'sourceName'>): void {
    const before = this.#state;
    this.#state = change.state;
    this.#problem = change.problem;
    const isNew = before !== change.state && !(before === 'unasked' && change.state === 'answers');
    if (isNew) this.#log.sourceChanged({ sourceName: this.#sourceName, ...change });
  }
}

function medianOf(values: readonly number[]): number | null {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return middle === undefined ? null : Math.round(middle);
}
