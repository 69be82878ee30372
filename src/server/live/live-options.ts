import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { createErrorFormatter } from '../format-error.js';
import type { LiveTiming } from './live-timing.js';

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Tokens of a document; 0 is no limit. */
  readonly maxTokens: number;
  /** WebSockets and event streams in all; 0 is no limit. */
  readonly maxConnections: number;
  /** Subscriptions on one WebSocket; 0 is no limit. */
  readonly maxSubscriptions: number;
  /** Origins whose pages may connect, besides the gateway's own. */
  readonly origins: readonly string[];
  /** A new context: one to subscribe with and one for each event, so that no event is answered from what an earlier one loaded. */
  readonly context: () => object;
  /** What clients see of an error; the same as over HTTP. */
  readonly formatError: ReturnType<typeof createErrorFormatter>;
  readonly timing: LiveTiming;
  readonly log: FastifyBaseLogger;
}
