import { findErrorCode } from '../../model/errors.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import { SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import type { Source } from '../../sources/source.js';
import type { SourceChange } from '../log.js';

/** Reads whose median is the latency of a source: enough that a few slow ones do not make it DEGRADED. */
const maxLatencies = 32;

interface SourceHealthTrackerOptions {
  readonly source: Source;
  /** A median latency from which on the source is slow, in milliseconds. */
  readonly slowMs: number;
  /** Called when reads begin or cease to succeed. */
  readonly onStateChange: (change: SourceChange) => void;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** The health of one source, from how its reads ended. */
export class SourceHealthTracker {
  readonly #source: Source;
  readonly #slowMs: number;
  readonly #onStateChange: (change: SourceChange) => void;
  readonly #report: (error: unknown) => void;
  readonly #latencies: number[] = [];
  #lastSuccessAt: number | null = null;
  #newestDataAt: number | null = null;
  #problem: TaskSourceProblem | null = null;
  #failure: SourceProblemError | null = null;
  #isRefused = false;
  #state: 'unread' | SourceChange['state'] = 'unread';

  constructor({ source, slowMs, onStateChange, report }: SourceHealthTrackerOptions) {
    this.#source = source;
    this.#slowMs = slowMs;
    this.#onStateChange = onStateChange;
    this.#report = report;
  }

  /** Why the last read failed; null when it did not. */
  get failure(): SourceProblemError | null {
    return this.#failure;
  }

  /** The plane refused the credentials, and no read has succeeded since: nothing that is cached may be shown. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** A read succeeded; `problem`: what failed in part, or null. */
  succeeded(at: number, latencyMs: number, problem: TaskSourceProblem | null): void {
    this.#lastSuccessAt = at;
    this.#newestDataAt = Math.max(at, this.#newestDataAt ?? at);
    this.#failure = null;
    this.#isRefused = false;
    this.#setState({ state: problem === null ? 'answers' : 'answers-in-part', problem, causeCode: null });
    this.#addLatency(latencyMs);
  }

  /** A read failed, at the plane or inside the gateway; returns what clients are told. */
  failed(error: unknown): SourceProblemError {
    if (!(error instanceof SourceProblemError)) this.#report(error);
    const known =
      error instanceof SourceProblemError ? error : new SourceProblemError('OTHER', 'The plane could not be read.', { cause: error });
    const failure = known.withMinRetryAfter(this.#source.upstream.circuitOpenForMs());
    this.#failure = failure;
    this.#isRefused ||= failure.isCredentialRefusal;
    // That the circuit is open says less than why it opened; `circuit` shows it anyway.
    if (failure.problem.kind === 'CIRCUIT_OPEN' && this.#state === 'fails') return failure;
    this.#setState({ state: 'fails', problem: failure.problem, causeCode: findErrorCode(failure.cause) });
    return failure;
  }

  /** Applies the health that another replica sees; UNKNOWN there says nothing. */
  applyShared({ status, lastSuccessAt, dataObservedAt, latencyMs, problem }: TaskSourceHealth): void {
    if (status === 'UNKNOWN') return;
    this.#lastSuccessAt = maxOrNull(this.#lastSuccessAt, lastSuccessAt);
    this.#newestDataAt = maxOrNull(this.#newestDataAt, dataObservedAt);
    if (latencyMs !== null) this.#addLatency(latencyMs);
    if (status !== 'DOWN') this.#failure = null;
    const answers = problem === null ? 'answers' : 'answers-in-part';
    this.#setState({ state: status === 'DOWN' ? 'fails' : answers, problem, causeCode: null });
  }

  /** As the schema shows it. */
  current(): TaskSourceHealth {
    const latencyMs = median(this.#latencies);
    const isSlow = latencyMs !== null && latencyMs >= this.#slowMs;
    const status = { unread: 'UNKNOWN', answers: isSlow ? 'DEGRADED' : 'UP', 'answers-in-part': 'DEGRADED', fails: 'DOWN' } as const;
    return {
      status: status[this.#state],
      circuit: this.#source.upstream.circuit(),
      lastSuccessAt: this.#lastSuccessAt,
      dataObservedAt: this.#newestDataAt,
      latencyMs,
      problem: this.#problem,
    };
  }

  #addLatency(latencyMs: number): void {
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > maxLatencies) this.#latencies.shift();
  }

  /** That the first read succeeds is no change. */
  #setState(change: Omit<SourceChange, 'sourceName'>): void {
    const before = this.#state;
    this.#state = change.state;
    this.#problem = change.problem;
    const isNew = before !== change.state && !(before === 'unread' && change.state === 'answers');
    if (isNew) this.#onStateChange({ sourceName: this.#source.name, ...change });
  }
}

function maxOrNull(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function median(values: readonly number[]): number | null {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return middle === undefined ? null : Math.round(middle);
}
