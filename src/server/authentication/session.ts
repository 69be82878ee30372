import { anonymous, type Caller, type GatewayRight, type Right } from '../../gateway/access/caller.js';
import { noRights, type Policy, type Rights } from '../../gateway/access/policy.js';
import type { VerifiedCredential } from './credentials.js';

/** An authenticated caller, for as long as a request, a stream or a WebSocket lasts. Rights are looked up each time, not remembered. */
export interface Session extends Caller {
  has(right: GatewayRight): boolean;
  /** Rates and connections of the caller are counted by it. */
  readonly limitKey: string;
  /** Equal for callers that have the same rights now. */
  readonly rightsKey: string;
  sourceToken(sourceName: string): string | null;
  /** Whether authentication is off. */
  readonly isAnonymous: boolean;
  /** Whether the credential has expired or was revoked. */
  readonly hasEnded: boolean;
}

/** Where authentication is off, every caller may do everything, except that `graphql.introspection` alone decides who may read the schema. */
export function createAnonymousSession(limitKey: string, sourceTokens: ReadonlyMap<string, string> = new Map()): Session {
  return {
    ...anonymous,
    has: (right) => right !== 'introspect',
    sourceToken: (sourceName) => sourceTokens.get(sourceName) ?? null,
    isAnonymous: true,
    limitKey,
    rightsKey: 'open',
    hasEnded: false,
  };
}

/** The session of a verified credential. */
export class AuthenticatedSession implements Session {
  readonly isAnonymous = false;
  readonly #credential: VerifiedCredential;
  readonly #policy: () => Policy;
  readonly #sourceTokens: ReadonlyMap<string, string>;

  constructor(credential: VerifiedCredential, policy: () => Policy, sourceTokens: ReadonlyMap<string, string>) {
    this.#credential = credential;
    this.#policy = policy;
    this.#sourceTokens = sourceTokens;
  }

  get id(): string {
    return this.#credential.callerId;
  }

  get limitKey(): string {
    return `caller:${this.id}`;
  }

  get hasEnded(): boolean {
    return this.#credential.identity() === null;
  }

  get rightsKey(): string {
    return this.#rights().key;
  }

  may(right: Right, sourceName: string): boolean {
    return this.#rights().may(right, sourceName);
  }

  has(right: GatewayRight): boolean {
    return this.#rights().has(right);
  }

  sourceToken(sourceName: string): string | null {
    return this.#sourceTokens.get(sourceName) ?? null;
  }

  #rights(): Rights {
    const identity = this.#credential.identity();
    return identity === null ? noRights : this.#policy().findRights(identity);
  }
}
