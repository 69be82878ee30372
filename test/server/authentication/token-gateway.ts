import { buildSchema } from '../../../src/graphql/build-schema.js';
import type { AuthenticationSettings } from '../../../src/server/authentication/authentication-settings.js';
import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { BareGateway, type BareOptions, type RawResponse } from '../bare-gateway.js';
import type { Issuer } from './issuer.js';

export type TokenSettings = Extract<AuthenticationSettings, { mode: 'jwt' }>;

/** Settings that trust these issuers. */
export function trust(issuers: readonly Issuer[], changed: Partial<TokenSettings> = {}): TokenSettings {
  return {
    mode: 'jwt',
    issuers: issuers.map(({ url, jwksUri }) => ({ issuer: url, audience: 'tributary', jwksUri })),
    rolesClaim: 'roles',
    grants: [{ who: 'role:sre', actions: ['introspect'], sources: ['*'] }],
    ...changed,
  };
}

/** Lines of the log. */
type Warnings = (Readonly<Record<string, unknown>> & { readonly message: string })[];

/** An authenticator of tokens, and the clock that drives it. */
export function createTokenAuthenticator(
  issuers: readonly Issuer[],
  changed: Partial<TokenSettings> = {},
): Pick<TokenGateway, 'authenticator' | 'clock' | 'wallClock' | 'warnings'> {
  const clock = new ManualScheduler();
  const wallClock = { aheadMs: 0 };
  const warnings: Warnings = [];
  const authenticator = new Authenticator({
    access: trust(issuers, changed),
    trustedProxies: ['127.0.0.1'],
    fetchPublicDocument: (url) => {
      const issuer = issuers.find(({ jwksUri }) => jwksUri.href === url.href);
      return issuer === undefined ? Promise.reject(new Error('another document')) : issuer.fetchPublicDocument();
    },
    now: () => clock.now + wallClock.aheadMs,
    monotonic: () => clock.now,
    scheduler: clock,
    warn: (fields, message) => void warnings.push({ ...fields, message }),
  });
  return { authenticator, clock, wallClock, warnings };
}

/** A gateway that trusts issuers, with a clock of its own. */
export interface TokenGateway {
  readonly gateway: BareGateway;
  readonly authenticator: Authenticator;
  readonly clock: ManualScheduler;
  /** How far the clock of the machine, which can be set, is ahead of the other one. */
  readonly wallClock: { aheadMs: number };
  readonly warnings: Warnings;
  /** Seconds since 1970. */
  seconds(): number;
  /** Moves the time on, and waits until what is read in the background has arrived. */
  pass(ms: number): Promise<void>;
  send(token: string, headers?: Readonly<Record<string, string>>): Promise<RawResponse>;
}

const schema = buildSchema(sourceModules);

export async function startTokenGateway(
  issuers: readonly Issuer[],
  changed: Partial<TokenSettings> = {},
  options: BareOptions = {},
): Promise<TokenGateway> {
  const own = createTokenAuthenticator(issuers, changed);
  const gateway = await BareGateway.start(schema, { authenticator: own.authenticator, introspection: false, ...options });
  return {
    ...own,
    gateway,
    seconds: () => Math.floor(own.clock.now / 1000),
    pass: (ms) => {
      own.clock.advance(ms);
      return new Promise((resolve) => void setImmediate(resolve));
    },
    send: (token, headers = {}) => gateway.post({ query: '{ taskSources { name } }' }, { ...headers, authorization: `Bearer ${token}` }),
  };
}
