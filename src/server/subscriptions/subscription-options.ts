import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { Authenticator } from '../authentication/authenticator.js';
import type { Session } from '../authentication/session.js';
import type { Guards } from '../guards/guards.js';
import type { ServerLimits } from '../guards/server-limits.js';
import type { TrustedDocumentGuard } from '../guards/trusted-documents.js';
import type { SubscriptionTiming } from '../timing.js';
import type { ResultFormatter } from './result-formatter.js';
import type { SharedResults, ValidatedDocuments } from './shared-results.js';

export interface SubscriptionServerOptions {
  readonly schema: GraphQLSchema;
  /** Who is let in. */
  readonly authenticator: Authenticator;
  /** Whether a caller may read the schema. */
  readonly mayIntrospect: (session: Session) => boolean;
  readonly limits: Pick<ServerLimits, 'sockets' | 'subscriptionsPerSocket'>;
  /** The same as over HTTP. */
  readonly guards: Guards;
  /** The same as over HTTP. */
  readonly trusted: TrustedDocumentGuard;
  /** Origins whose pages may connect, besides the gateway's own. */
  readonly origins: readonly string[];
  /** A new context for a caller's resolvers. */
  readonly context: (session: Session) => object;
  /** What clients see of an error; the same as over HTTP. */
  readonly selectFormatter: (session: Session) => ResultFormatter;
  /** Documents of all clients. */
  readonly documents: ValidatedDocuments;
  /** Results of all clients. */
  readonly results: SharedResults;
  readonly timing: SubscriptionTiming;
  readonly log: FastifyBaseLogger;
}
