import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';

import type { Operation } from '../task/gateway.js';
import { createErrorFormatter } from './format-error.js';
import { operationRules } from './operation-rules.js';
import { requestErrorStatus } from './request-error-status.js';

export interface ApolloServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Tokens of a document; 0 is no limit. */
  readonly maxTokens: number;
  /** Root fields of a mutation; 0 is no limit. */
  readonly maxMutationRootFields: number;
  /** Errors that clients do not see, for the log. */
  readonly report: (error: unknown, errorId: string) => void;
}

/** Apollo Server without what the gateway does not want: batching, persisted queries, usage reports, a landing page from a CDN. */
export function createApolloServer(options: ApolloServerOptions): ApolloServer<Operation> {
  const { schema, introspection, maxTokens, maxMutationRootFields, report } = options;
  return new ApolloServer<Operation>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    // A net below the limit of the route, which answers as the other limits do.
    parseOptions: maxTokens === 0 ? {} : { maxTokens },
    formatError: createErrorFormatter(report),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      operationRules(maxMutationRootFields),
      requestErrorStatus,
    ],
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

/** What matters of Apollo's own log is in the errors that `report` gets. */
function ignore(): void {
  // Nothing.
}
