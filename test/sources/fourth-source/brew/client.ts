import { SourceProblemError } from '../../../../src/model/source-problem.js';
import type { TaskSourceCircuit } from '../../../../src/model/source-health.js';
import type { SourceConnection } from '../../../../src/upstream/connections.js';
import { toStatusProblem } from '../../../../src/upstream/response-problem.js';
import type { DeliveryResult } from '../../../../src/upstream/action-delivery.js';
import { createUpstream, type Upstream } from '../../../../src/upstream/upstream.js';
import type { UpstreamResponse } from '../../../../src/upstream/response.js';
import { errorBodyOf } from './error-body.js';
import type { BrewSettings } from './settings.js';
import { readBrews } from './wire.js';

/** The routes of a coffee machine. What is no answer to the question is a SourceProblemError. */
export class BrewClient {
  readonly #upstream: Upstream;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(connection: SourceConnection, { credentials }: BrewSettings) {
    this.#upstream = createUpstream(connection);
    this.#headers = { authorization: `Bearer ${credentials.token}` };
  }

  /** All brews as they came. An answer that is no list is never an empty one: that would say that all tasks are gone. */
  async list(signal: AbortSignal): Promise<readonly unknown[]> {
    const answer = await this.#get(['brews'], signal);
    if (!answer.isSuccess) throw toStatusProblem(answer, errorBodyOf(answer));
    const brews = readBrews(answer.json());
    if (brews === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The machine sent no list.', { httpStatus: answer.status });
    return brews;
  }

  /** One brew as it came; null when the machine does not have it. */
  async get(id: string, signal: AbortSignal): Promise<{ readonly item: unknown } | null> {
    const answer = await this.#get(['brews', id], signal);
    if (answer.status === 404) return null;
    if (!answer.isSuccess) throw toStatusProblem(answer, errorBodyOf(answer));
    return { item: answer.json() };
  }

  /** Brews again. Sent once. */
  again(id: string, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#upstream.deliverOnce({ method: 'POST', path: ['brews', id, 'again'], headers: this.#headers, signal });
  }

  circuit(): TaskSourceCircuit {
    return this.#upstream.circuit();
  }

  circuitOpenForMs(): number {
    return this.#upstream.circuitOpenForMs();
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  #get(path: readonly string[], signal: AbortSignal): Promise<UpstreamResponse> {
    return this.#upstream.read({ method: 'GET', path, headers: this.#headers, signal });
  }
}
