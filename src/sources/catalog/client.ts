import type { UpstreamResponse } from '../../upstream/response.js';
import { sendWithToken, type TokenProvider } from '../../upstream/token-cache.js';
import type { UpstreamClient } from '../../upstream/upstream.js';

/** The routes of one zone of a catalog. */
export class CatalogClient {
  readonly #upstream: UpstreamClient;
  readonly #zoneId: string;
  readonly #tokens: TokenProvider;

  constructor(upstream: UpstreamClient, zoneId: string, tokens: TokenProvider) {
    this.#upstream = upstream;
    this.#zoneId = zoneId;
    this.#tokens = tokens;
  }

  /** GET /zones/{zone}/catalog_tasks/{id}. After a 401 it is sent once more with a new token, if there is one. */
  task(id: string, signal: AbortSignal): Promise<UpstreamResponse> {
    const path = ['zones', this.#zoneId, 'catalog_tasks', id];
    return sendWithToken(
      this.#tokens,
      signal,
      // The catalog's own clients send no Authorization on this route; a plane that needs none ignores it.
      (token) => this.#upstream.read({ method: 'GET', path, headers: { authorization: `Bearer ${token}` }, signal }),
      (response) => response.status === 401,
    );
  }
}
