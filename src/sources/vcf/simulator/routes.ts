import { createHmac } from 'node:crypto';

import type { PlaneRequest, PlaneResponse } from '../../simulation/plane-server.js';
import type { Random } from '../../simulation/random.js';
import { isWireObject, tryParseJson } from './wire-format.js';

/** A route of the plane. */
export interface Route {
  readonly method: string;
  /** Segments; one with a leading colon is a parameter. */
  readonly path: string;
  /** `open`: callers need no token. */
  readonly access: 'open' | 'token';
  /** `parameters`: the values of the path parameters, in order. */
  handle(call: PlaneRequest, ...parameters: string[]): PlaneResponse;
}

/** Handles a call by the first matching route. A trailing slash is ignored. */
export function routeCall(routes: readonly Route[], tokens: IssuedTokens, call: PlaneRequest): PlaneResponse {
  const segments = splitPath(call.path);
  for (const route of routes) {
    const parameters = route.method === call.method ? matchParameters(splitPath(route.path), segments) : null;
    if (parameters === null) continue;
    return route.access === 'open' || isAllowed(tokens, call) ? route.handle(call, ...parameters) : unauthorized;
  }
  return isAllowed(tokens, call) ? vcfErrorResponse(404, 'RESOURCE_NOT_FOUND', 'There is nothing at this path') : unauthorized;
}

// As in a real body (PowerVCF, pull request 298). 401 is only declared on the credentials routes, but occurs on all.
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

/** A response with an Error body. */
export function vcfErrorResponse(status: number, errorCode: string, message: string, more: ErrorDetails = {}): PlaneResponse {
  return { status, body: { errorCode, ...more, message } };
}

interface ErrorDetails {
  readonly arguments?: readonly string[];
  readonly referenceToken?: string;
  readonly remediationMessage?: string;
}

/** Behaviour that differs between versions of SDDC Manager, or is not documented. Tests change it at any time. */
export interface VcfVariants {
  /** Number of the first page. */
  pageBase: 0 | 1;
  /** Whether lists report the number of pages; the published samples do not. */
  withPageMetadata: boolean;
  /**
   * As before 5.1: the list has one page; parameters of paging, ordering and taskName are ignored; tasks have no
   * isRetryable.
   */
  legacy: boolean;
  /** The default order. */
  newestFirst: boolean;
  /** False: there are no credentials routes; they answer 404. */
  credentialsAvailable: boolean;
}

interface TokenRouteOptions {
  readonly tokens: IssuedTokens;
  readonly username: string;
  readonly password: string;
  /** Life of the next access token, in milliseconds. */
  readonly lifeMs: () => number;
}

/** The routes to log in, renew and log out. */
export function tokenRoutes({ tokens, username, password, lifeMs }: TokenRouteOptions): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/tokens',
      access: 'open',
      handle(call) {
        const body = tryParseJson(call.body);
        if (!isWireObject(body) || typeof body['username'] !== 'string' || typeof body['password'] !== 'string') {
          return vcfErrorResponse(400, 'TOKEN_SPEC_INVALID', 'username and password are needed');
        }
        // Not in the current specification; that of 5.2.0 had it.
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
      handle(call) {
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
      handle(call) {
        tokens.revoke(parseBareString(call.body));
        return { status: 204 };
      },
    },
  ];
}

/** A JSON string, as specified, or bare text, as some clients send it. */
function parseBareString(body: string): string {
  const value = tryParseJson(body);
  return typeof value === 'string' ? value : body.trim();
}

function bareStringResponse(text: string): PlaneResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(text) };
}

/** Life of a refresh token: a day, according to secondary sources; the documentation has no figure. */
const refreshLifeMs = 24 * 60 * 60 * 1000;

/** The valid access and refresh tokens. */
export class IssuedTokens {
  readonly #random: Random;
  readonly #now: () => number;
  /** Expiry of each access token, in milliseconds since 1970. */
  readonly #access = new Map<string, number>();
  readonly #refresh = new Map<string, { readonly username: string; readonly endsAt: number }>();

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  /** Issues a new pair; the access token lives for this many milliseconds. */
  issue(username: string, lifeMs: number): { accessToken: string; refreshToken: { id: string } } {
    const id = this.#random.uuid();
    this.#refresh.set(id, { username, endsAt: this.#now() + refreshLifeMs });
    return { accessToken: this.#accessToken(username, lifeMs), refreshToken: { id } };
  }

  /** Issues a new access token; the refresh token stays valid. */
  refresh(id: string, lifeMs: number): { readonly accessToken: string } | 'unknown' | 'expired' {
    const known = this.#refresh.get(id);
    if (known === undefined) return 'unknown';
    return known.endsAt <= this.#now() ? 'expired' : { accessToken: this.#accessToken(known.username, lifeMs) };
  }

  revoke(id: string): void {
    this.#refresh.delete(id);
  }

  /** Whether an Authorization header has a valid access token. */
  accepts(authorization: string | string[] | undefined): boolean {
    const token = typeof authorization === 'string' ? /^Bearer (\S+)$/.exec(authorization)?.[1] : undefined;
    return token !== undefined && (this.#access.get(token) ?? 0) > this.#now();
  }

  /** Revokes all access tokens; refresh tokens stay valid. */
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
    // A placeholder for the signature: clients cannot verify it, and the simulator knows its own tokens.
    const token = `${signed}.${createHmac('sha256', 'simulated').update(signed).digest('base64url')}`;
    this.#access.set(token, now + lifeMs);
    return token;
  }
}

const scope = ['OTHER_READ', 'OTHER_WRITE', 'CREDENTIAL_READ', 'CREDENTIAL_WRITE'];
