import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { createErrorFormatter } from '../format-error.js';
import type { Guards } from '../limits/guards.js';
import type { ServerLimits } from '../limits/server-limits.js';
import type { LiveTiming } from './live-timing.js';

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly limits: Pick<ServerLimits, 'sockets' | 'subscriptionsPerSocket'>;
  /** The same as over HTTP. */
  readonly guards: Guards;
  /** Whose limits a connection from an address counts against. */
  readonly callerKey: (address: string | undefined) => string;
  /** Origins whose pages may connect, besides the gateway's own. */
  readonly origins: readonly string[];
  /** A new context: one to subscribe with and one for each event, so that no event is answered from what an earlier one loaded. */
  readonly context: () => object;
  /** What clients see of an error; the same as over HTTP. */
  readonly formatError: ReturnType<typeof createErrorFormatter>;
  readonly timing: LiveTiming;
  readonly log: FastifyBaseLogger;
}
