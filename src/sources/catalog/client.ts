import type { UpstreamResponse } from '../../upstream/response.js';
import type { Upstream } from '../../upstream/upstream.js';
import type { CatalogTokenProvider } from './authentication.js';

/** The calls to one zone of a catalog. */
export class CatalogClient {
  readonly #upstream: Upstream;
  readonly #zoneId: string;
  readonly #authorization: CatalogTokenProvider;

  constructor(upstream: Upstream, zoneId: string, authorization: CatalogTokenProvider) {
    this.#upstream = upstream;
    this.#zoneId = zoneId;
    this.#authorization = authorization;
  }

  /** GET /zones/{zone}/catalog_tasks/{id}. A 401 is tried once more where another token can be had. */
  async task(id: string, signal: AbortSignal): Promise<UpstreamResponse> {
    const token = await this.#authorization.token(signal);
    const answer = await this.#get(['catalog_tasks', id], token, signal);
    if (answer.status !== 401 || !this.#authorization.invalidate(token)) return answer;
    return this.#get(['catalog_tasks', id], await this.#authorization.token(signal), signal);
  }

  #get(route: readonly string[], token: string, signal: AbortSignal): Promise<UpstreamResponse> {
    return this.#upstream.read({
      method: 'GET',
      path: ['zones', this.#zoneId, ...route],
      // The catalog's own clients send no Authorization on these routes; a plane that needs none ignores ours.
      headers: { authorization: `Bearer ${token}` },
      signal,
    });
  }
}
