import { createHmac } from 'node:crypto';

import type { Random } from '../../../simulation/random.js';

/** A refresh token lives for a day (secondary sources; the documentation gives no figure). */
const refreshLifeMs = 24 * 60 * 60 * 1000;

/** Which access and refresh tokens are good now. */
export class Tokens {
  readonly #random: Random;
  readonly #now: () => number;
  /** Access token -> milliseconds since 1970 when it ends. */
  readonly #access = new Map<string, number>();
  readonly #refresh = new Map<string, { readonly username: string; readonly endsAt: number }>();

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  /** A new pair; the access token lives for so many milliseconds. */
  issue(username: string, lifeMs: number): { accessToken: string; refreshToken: { id: string } } {
    const id = this.#random.uuid();
    this.#refresh.set(id, { username, endsAt: this.#now() + refreshLifeMs });
    return { accessToken: this.#accessToken(username, lifeMs), refreshToken: { id } };
  }

  /** A new access token; the refresh token stays good. */
  refresh(id: string, lifeMs: number): { readonly accessToken: string } | 'unknown' | 'expired' {
    const known = this.#refresh.get(id);
    if (known === undefined) return 'unknown';
    return known.endsAt <= this.#now() ? 'expired' : { accessToken: this.#accessToken(known.username, lifeMs) };
  }

  revoke(id: string): void {
    this.#refresh.delete(id);
  }

  /** Whether an Authorization header holds a good access token. */
  accepts(authorization: string | string[] | undefined): boolean {
    const token = typeof authorization === 'string' ? /^Bearer (\S+)$/.exec(authorization)?.[1] : undefined;
    return token !== undefined && (this.#access.get(token) ?? 0) > this.#now();
  }

  /** Ends every access token; refresh tokens stay good. */
  expire(): void {
    this.#access.clear();
  }

  #accessToken(username: string, lifeMs: number): string {
    const now = this.#now();
    for (const [token, endsAt] of this.#access) if (endsAt <= now) this.#access.delete(token);
    const iat = Math.floor(now / 1000);
    const exp = Math.floor((now + lifeMs) / 1000);
    const claims = {
      jti: this.#random.uuid(),
      iat,
      nbf: iat,
      exp,
      iss: 'vcf-auth',
      aud: 'sddc-services',
      sub: username,
      name: username,
      scope,
    };
    const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    // Nobody checks it: a client cannot, and the simulator knows its own tokens.
    const token = `${signed}.${createHmac('sha256', 'simulated').update(signed).digest('base64url')}`;
    this.#access.set(token, now + lifeMs);
    return token;
  }
}

const scope = ['OTHER_READ', 'OTHER_WRITE', 'CREDENTIAL_READ', 'CREDENTIAL_WRITE'];
