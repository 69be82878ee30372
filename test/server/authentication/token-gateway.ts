import { buildSchema } from '../../../src/graphql/build-schema.js';
import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { BareGateway, type RawResponse } from '../bare-gateway.js';
import type { Issuer } from './issuer.js';

/** A gateway that trusts one issuer, with a clock of its own. */
export interface TokenGateway {
  readonly gateway: BareGateway;
  readonly clock: { now: number };
  /** Lines about refused credentials. */
  readonly warnings: (Readonly<Record<string, unknown>> & { readonly message: string })[];
  /** Seconds since 1970. */
  seconds(): number;
  send(token: string): Promise<RawResponse>;
}

const schema = buildSchema(sourceModules);

export async function tokenGateway(issuer: Issuer, rolesClaim = 'roles'): Promise<TokenGateway> {
  const clock = { now: Date.UTC(2026, 10, 21, 8) };
  const warnings: TokenGateway['warnings'] = [];
  const authenticator = new Authenticator({
    access: {
      mode: 'jwt',
      issuers: [{ issuer: issuer.url, audience: 'tributary', jwksUri: issuer.jwksUri }],
      rolesClaim,
      grants: [{ who: 'role:sre', actions: ['introspect'], sources: ['*'] }],
    },
    trustedProxies: [],
    fetchPublicDocument: issuer.fetchPublicDocument,
    now: () => clock.now,
    warn: (fields, message) => void warnings.push({ ...fields, message }),
  });
  const gateway = await BareGateway.start(schema, { authenticator, introspection: false });
  return {
    gateway,
    clock,
    warnings,
    seconds: () => Math.floor(clock.now / 1000),
    send: (token) => gateway.post({ query: '{ taskSources { name } }' }, { authorization: `Bearer ${token}` }),
  };
}
