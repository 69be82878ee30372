import type { ActionResponse } from '../../../../src/model/action.js';
import { SourceProblemError } from '../../../../src/model/source-problem.js';
import { classifyDelivery } from '../../../../src/upstream/action-delivery.js';
import { type PlaneErrorBody, toStatusProblem } from '../../../../src/upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../../../src/upstream/response.js';
import type { UpstreamClient } from '../../../../src/upstream/upstream.js';
import type { BrewSettings } from './settings.js';
import { parseBrewList } from './wire.js';

/** The routes of a coffee machine. Throws a SourceProblemError for every response that is not the expected one. */
export class BrewClient {
  readonly #upstream: UpstreamClient;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(upstream: UpstreamClient, { credentials }: BrewSettings) {
    this.#upstream = upstream;
    this.#headers = { authorization: `Bearer ${credentials.token}` };
  }

  /**
   * All brews, not parsed. A response that is not a list is never an empty list: that would say that all tasks are
   * gone.
   */
  async list(signal: AbortSignal): Promise<readonly unknown[]> {
    const response = requireSuccess(await this.#get(['brews'], signal));
    const brews = parseBrewList(response.json());
    if (brews === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The machine sent no list.', { httpStatus: response.status });
    return brews;
  }

  /** One brew, not parsed; null when the machine does not have it. */
  async get(id: string, signal: AbortSignal): Promise<{ readonly item: unknown } | null> {
    const response = await this.#get(['brews', id], signal);
    const isGone = response.status === 404 && parseErrorBody(response).isFromPlane;
    return isGone ? null : { item: requireSuccess(response).json() };
  }

  /** Brews again. Sent once. */
  async brewAgain(id: string, signal: AbortSignal): Promise<ActionResponse> {
    const request = { method: 'POST', path: ['brews', id, 'again'], headers: this.#headers, signal } as const;
    return classifyDelivery(await this.#upstream.deliverOnce(request), parseErrorBody);
  }

  #get(path: readonly string[], signal: AbortSignal): Promise<UpstreamResponse> {
    return this.#upstream.send({ method: 'GET', path, headers: this.#headers, signal });
  }
}

function requireSuccess(response: UpstreamResponse): UpstreamResponse {
  if (!response.isSuccess) throw toStatusProblem(response, parseErrorBody(response));
  return response;
}

/** The machine explains a refusal with `{ "error": "…" }`. */
function parseErrorBody(response: UpstreamResponse): PlaneErrorBody {
  const message = readText(response.jsonObjectOrEmpty(), 'error');
  return { isFromPlane: message !== null, code: null, message, referenceToken: null };
}
