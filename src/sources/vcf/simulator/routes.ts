import { createHmac } from 'node:crypto';

import type { PlaneRequest, PlaneResponse } from '../../simulation/plane-server.js';
import type { Random } from '../../simulation/random.js';
import { isWireObject, tryParseJson } from './wire-format.js';

/** One route of the plane. */
export interface Route {
  readonly method: string;
  /** Segments; one that begins with a colon stands for any. */
  readonly path: string;
  /** Whether it is open to callers without a token. */
  readonly access: 'open' | 'token';
  /** `parameters` are what the colons stood for, in order. */
  answer(call: PlaneRequest, ...parameters: string[]): PlaneResponse;
}

/** Answers a call by the first route that fits it. A trailing slash makes no difference. */
export function routeCall(routes: readonly Route[], tokens: IssuedTokens, call: PlaneRequest): PlaneResponse {
  const segments = splitPath(call.path);
  for (const route of routes) {
    const parameters = route.method === call.method ? matchParameters(splitPath(route.path), segments) : null;
    if (parameters === null) continue;
    return route.access === 'open' || isAllowed(tokens, call) ? route.answer(call, ...parameters) : unauthorized;
  }
  return isAllowed(tokens, call) ? vcfErrorResponse(404, 'RESOURCE_NOT_FOUND', 'There is nothing at this path') : unauthorized;
}

// The form of a real body (PowerVCF, pull request 298); 401 is declared on the credentials routes only and occurs on all.
const unauthorized = vcfErrorResponse(401, 'Unauthorized', 'Authorization header is missing or is not in the correct format');

function isAllowed(tokens: IssuedTokens, call: PlaneRequest): boolean {
  return tokens.accepts(call.headers['authorization']);
}

function matchParameters(pattern: readonly string[], segments: readonly string[]): string[] | null {
  if (pattern.length !== segments.length) return null;
  const pairs = pattern.map((part, place) => ({ part, segment: segments[place] ?? '' }));
  if (pairs.some(({ part, segment }) => !part.startsWith(':') && part !== segment)) return null;
  return pairs.filter(({ part }) => part.startsWith(':')).map(({ segment }) => segment);
}

function splitPath(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** An answer with an Error body. */
export function vcfErrorResponse(status: number, errorCode: string, message: string, more: ErrorDetails = {}): PlaneResponse {
  return { status, body: { errorCode, ...more, message } };
}

export interface ErrorDetails {
  readonly arguments?: readonly string[];
  readonly referenceToken?: string;
  readonly remediationMessage?: string;
}

/** What differs between versions of SDDC Manager, or is documented nowhere. Tests change these at any time. */
export interface VcfVariants {
  /** Number of the first page. */
  pageBase: 0 | 1;
  /** Whether lists say how many pages there are; the published samples do not. */
  withPageMetadata: boolean;
  /** As before 5.1: everything in one answer; parameters of paging, ordering and taskName are not known; tasks have no isRetryable. */
  legacy: boolean;
  /** The order when none is asked for. */
  newestFirst: boolean;
  /** False: no credentials routes; they answer 404. */
  credentialsAvailable: boolean;
}

export interface TokenRouteOptions {
  readonly tokens: IssuedTokens;
  readonly username: string;
  readonly password: string;
  /** Milliseconds that the next access token lives. */
  readonly lifeMs: () => number;
}

/** Log in, renew, log out. */
export function tokenRoutes({ tokens, username, password, lifeMs }: TokenRouteOptions): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/tokens',
      access: 'open',
      answer(call) {
        const body = tryParseJson(call.body);
        if (!isWireObject(body) || typeof body['username'] !== 'string' || typeof body['password'] !== 'string') {
          return vcfErrorResponse(400, 'TOKEN_SPEC_INVALID', 'username and password are needed');
        }
        // Not declared by the specification of today; 5.2.0 listed it.
        if (body['username'] !== username || body['password'] !== password) {
          return vcfErrorResponse(401, 'IDENTITY_UNAUTHORIZED_ENTITY', 'The user name or the password is wrong');
        }
        return { status: 201, body: tokens.issue(username, lifeMs()) };
      },
    },
    {
      method: 'PATCH',
      path: '/v1/tokens/access-token/refresh',
      access: 'open',
      answer(call) {
        const id = parseBareString(call.body);
        if (id === '') return vcfErrorResponse(400, 'REFRESH_TOKEN_MISSING', 'The id of a refresh token is needed');
        const token = tokens.refresh(id, lifeMs());
        if (token === 'unknown') return vcfErrorResponse(404, 'REFRESH_TOKEN_NOT_FOUND', 'There is no such refresh token');
        if (token === 'expired') return vcfErrorResponse(400, 'REFRESH_TOKEN_EXPIRED', 'The refresh token has expired');
        return bareStringResponse(token.accessToken);
      },
    },
    {
      method: 'DELETE',
      path: '/v1/tokens/refresh-token',
      access: 'open',
      answer(call) {
        tokens.revoke(parseBareString(call.body));
        return { status: 204 };
      },
    },
  ];
}

/** A JSON string, as specified; without quotes as some clients send it. */
function parseBareString(body: string): string {
  const value = tryParseJson(body);
  return typeof value === 'string' ? value : body.trim();
}

function bareStringResponse(text: string): PlaneResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(text) };
}

/** A refresh token lives for a day (secondary sources; the documentation gives no figure). */
const refreshLifeMs = 24 * 60 * 60 * 1000;

/** Which access and refresh tokens are good now. */
export class IssuedTokens {
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
  expireAll(): void {
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
