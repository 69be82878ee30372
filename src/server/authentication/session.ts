import { anonymous, type Caller, type GatewayRight, type Right } from '../../gateway/access/caller.js';
import { noRights, type Policy, type Rights } from '../../gateway/access/policy.js';
import type { VerifiedCredential } from './credentials.js';

/** A caller who was let in, as long as a request, a stream or a WebSocket lasts. Their rights are those of now, not of then. */
export interface Session extends Caller {
  has(right: GatewayRight): boolean;
  /** The same for callers with the same rights, as they are now. */
  readonly rightsKey: string;
  sourceToken(sourceName: string): string | null;
  /** Nobody was asked who they are. */
  readonly isAnonymous: boolean;
  /** True from when the credential has expired, or was revoked. */
  readonly hasEnded: boolean;
}

/** Where nobody is asked who they are: everybody may do everything. Who may read the schema is for graphql.introspection alone to say. */
export function createAnonymousSession(sourceTokens: ReadonlyMap<string, string> = new Map()): Session {
  return {
    ...anonymous,
    has: (right) => right !== 'introspect',
    sourceToken: (sourceName) => sourceTokens.get(sourceName) ?? null,
    isAnonymous: true,
    rightsKey: 'open',
    hasEnded: false,
  };
}

/** A session by a credential. What it may do is asked for anew each time: a right, or the credential, may be taken away. */
export class AuthenticatedSession implements Session {
  readonly isAnonymous = false;
  readonly #credential: VerifiedCredential;
  readonly #policy: () => Policy;
  readonly #sourceTokens: ReadonlyMap<string, string>;

  constructor(proof: VerifiedCredential, policy: () => Policy, sourceTokens: ReadonlyMap<string, string>) {
    this.#credential = proof;
    this.#policy = policy;
    this.#sourceTokens = sourceTokens;
  }

  get id(): string {
    return this.#credential.callerId;
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
