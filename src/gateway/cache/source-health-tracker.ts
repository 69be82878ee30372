import { findErrorCode } from '../../model/errors.js';
import type { TaskSourceCircuit, TaskSourceHealth } from '../../model/source-health.js';
import { SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import type { Log, SourceChange } from '../log.js';

const maxLatencies = 32;

export interface SourceHealthTrackerOptions {
  readonly sourceName: string;
  /** The deadline of a read, in milliseconds. */
  readonly timeoutMs: number;
  /** State of the circuit breaker towards the plane, now. */
  readonly circuit: () => TaskSourceCircuit;
  /** Milliseconds until the plane is asked again; 0 when it would be now. */
  readonly circuitOpenForMs: () => number;
  /** Is told when the source begins or ceases to answer well. */
  readonly log: Log;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Remembers how the reads of one source went, and tells the log when that changes. */
export class SourceHealthTracker {
  readonly #options: SourceHealthTrackerOptions;
  readonly #latencies: number[] = [];
  #lastSuccessAt: number | null = null;
  #newestDataAt: number | null = null;
  #problem: TaskSourceProblem | null = null;
  #failure: SourceProblemError | null = null;
  #isRefused = false;
  #state: 'unasked' | SourceChange['state'] = 'unasked';

  constructor(options: SourceHealthTrackerOptions) {
    this.#options = options;
  }

  /** Why the plane did not answer when it was asked last; null when it did. */
  get failure(): SourceProblemError | null {
    return this.#failure;
  }

  /** The plane refused the credentials and has not answered since: whatever came after that, nothing that is known may be shown. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** The plane answered; `problem` is what failed of it in part, or null. */
  succeeded(at: number, latencyMs: number, problem: TaskSourceProblem | null): void {
    this.#lastSuccessAt = at;
    this.#newestDataAt = Math.max(at, this.#newestDataAt ?? at);
    this.#failure = null;
    this.#isRefused = false;
    this.#become({ state: problem === null ? 'answers' : 'answers-in-part', problem, causeCode: null });
    this.#remember(latencyMs);
  }

  /** It did not, or we failed ourselves; what is to be said of it. */
  failed(error: unknown): SourceProblemError {
    if (!(error instanceof SourceProblemError)) this.#options.report(error);
    const said =
      error instanceof SourceProblemError ? error : new SourceProblemError('OTHER', 'The plane could not be read.', { cause: error });
    const failure = said.withMinRetryAfter(this.#options.circuitOpenForMs());
    this.#failure = failure;
    this.#isRefused ||= failure.isCredentialRefusal;
    // Why it was not asked any more says less than what the plane did when it was; the circuit says the rest.
    if (failure.problem.kind === 'CIRCUIT_OPEN' && this.#state === 'fails') return failure;
    this.#become({ state: 'fails', problem: failure.problem, causeCode: findErrorCode(failure.cause) });
    return failure;
  }

  /** The plane answers another process so. What is not known there says nothing. */
  adoptHealth({ status, lastSuccessAt, dataObservedAt, latencyMs, problem }: TaskSourceHealth): void {
    if (status === 'UNKNOWN') return;
    this.#lastSuccessAt = latestOf(this.#lastSuccessAt, lastSuccessAt);
    this.#newestDataAt = latestOf(this.#newestDataAt, dataObservedAt);
    if (latencyMs !== null) this.#remember(latencyMs);
    if (status !== 'DOWN') this.#failure = null;
    const answers = problem === null ? 'answers' : 'answers-in-part';
    this.#become({ state: status === 'DOWN' ? 'fails' : answers, problem, causeCode: null });
  }

  /** As the schema shows it. Half of the deadline or more is slow. */
  snapshot(): TaskSourceHealth {
    const latencyMs = median(this.#latencies);
    const isSlow = latencyMs !== null && latencyMs * 2 >= this.#options.timeoutMs;
    const status = { unasked: 'UNKNOWN', answers: isSlow ? 'DEGRADED' : 'UP', 'answers-in-part': 'DEGRADED', fails: 'DOWN' } as const;
    return {
      status: status[this.#state],
      circuit: this.#options.circuit(),
      lastSuccessAt: this.#lastSuccessAt,
      dataObservedAt: this.#newestDataAt,
      latencyMs,
      problem: this.#problem,
    };
  }

  #remember(latencyMs: number): void {
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > maxLatencies) this.#latencies.shift();
  }

  /** A source that answers well from the start is nothing new. */
  #become(change: Omit<SourceChange, 'sourceName'>): void {
    const before = this.#state;
    this.#state = change.state;
    this.#problem = change.problem;
    const isNew = before !== change.state && !(before === 'unasked' && change.state === 'answers');
    if (isNew) this.#options.log.sourceChanged({ sourceName: this.#options.sourceName, ...change });
  }
}

function latestOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function median(values: readonly number[]): number | null {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return middle === undefined ? null : Math.round(middle);
}
