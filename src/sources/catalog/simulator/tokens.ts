import type { PlaneRequest, PlaneResponse } from '../../simulation/plane-server.js';
import type { Random } from '../../simulation/random.js';
import { catalogErrorResponse, type ErrorContext } from './error-responses.js';

const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The token route of a simulated catalog: OAuth 2 client credentials for one service account. */
export class SimulatedTokens {
  readonly clientId = 'tributary';
  readonly clientSecret: string;
  /** Life of the next token in seconds; null: the plane does not send it, and it is an hour. */
  lifeS: number | null = 3600;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #expiries = new Map<string, number>();

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
    this.clientSecret = random.text(32, alphanumerics);
  }

  /** Issues a token, which is valid until it expires or is revoked. */
  issue(): string {
    const token = this.#random.text(40, alphanumerics);
    this.#expiries.set(token, this.#now() + (this.lifeS ?? 3600) * 1000);
    return token;
  }

  /** Revokes all tokens. */
  revokeAll(): void {
    this.#expiries.clear();
  }

  isGood({ headers }: PlaneRequest): boolean {
    const token = /^Bearer (.+)$/.exec(headers['authorization']?.toString() ?? '')?.[1];
    const expiresAt = token === undefined ? undefined : this.#expiries.get(token);
    return expiresAt !== undefined && this.#now() < expiresAt;
  }

  /** POST /service-account-token. */
  issueToken({ headers, body }: PlaneRequest, context: ErrorContext): PlaneResponse {
    if (new URLSearchParams(body).get('grant_type') !== 'client_credentials')
      return catalogErrorResponse(400, 'unsupported grant type', context);
    const expected = `Basic ${Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64')}`;
    if (headers['authorization'] !== expected) return catalogErrorResponse(401, 'unknown client', context);
    const life = this.lifeS === null ? {} : { expires_in: this.lifeS };
    return { status: 200, body: { access_token: this.issue(), token_type: 'Bearer', ...life } };
  }
}
