import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';

import type { Operation } from '../task/gateway.js';
import { createErrorFormatter } from './format-error.js';
import { requestErrorStatus } from './request-error-status.js';

export interface ApolloServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Tokens of a document; 0 is no limit. */
  readonly maxTokens: number;
  /** Errors that clients do not see, for the log. */
  readonly report: (error: unknown, errorId: string) => void;
}

/** Apollo Server without what the gateway does not want: batching, persisted queries, usage reports, a landing page from a CDN. */
export function createApolloServer({ schema, introspection, maxTokens, report }: ApolloServerOptions): ApolloServer<Operation> {
  return new ApolloServer<Operation>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: maxTokens === 0 ? {} : { maxTokens },
    formatError: createErrorFormatter(report),
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled(), requestErrorStatus],
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

/** What matters of Apollo's own log is in the errors that `report` gets. */
function ignore(): void {
  // Nothing.
}
