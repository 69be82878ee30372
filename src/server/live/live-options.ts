import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { Entrance } from '../authentication/entrance.js';
import type { Session } from '../authentication/session.js';
import type { DocumentGuard } from '../documents/document-guard.js';
import type { Guards } from '../limits/guards.js';
import type { ServerLimits } from '../limits/server-limits.js';
import type { ResultFormatter } from './result-formatter.js';
import type { LiveTiming } from './live-timing.js';
import type { SharedResults } from './shared-results.js';
import type { ValidDocuments } from './valid-documents.js';

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  /** Who is let in. */
  readonly entrance: Entrance;
  /** Whether a caller may read the schema. */
  readonly mayIntrospect: (session: Session) => boolean;
  readonly limits: Pick<ServerLimits, 'sockets' | 'subscriptionsPerSocket'>;
  /** The same as over HTTP. */
  readonly guards: Guards;
  /** The same as over HTTP. */
  readonly trusted: DocumentGuard;
  /** Origins whose pages may connect, besides the gateway's own. */
  readonly origins: readonly string[];
  /** A new context for a caller's resolvers. */
  readonly context: (session: Session) => object;
  /** What clients see of an error; the same as over HTTP. */
  readonly formatterOf: (session: Session) => ResultFormatter;
  /** Documents of all clients. */
  readonly documents: ValidDocuments;
  /** Results of all clients. */
  readonly results: SharedResults;
  readonly timing: LiveTiming;
  readonly log: FastifyBaseLogger;
}
