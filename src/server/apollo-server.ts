import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';

import type { Operation } from '../task/gateway.js';
import { createErrorFormatter } from './format-error.js';
import { hiddenSubgraphRule } from './hidden-subgraph-rule.js';
import { limitAnswers } from './limits/limit-answers.js';
import { noSubscriptions } from './no-subscriptions.js';
import { requestErrorStatus } from './request-error-status.js';

export interface ApolloServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Errors that clients do not see, for the log. */
  readonly report: (error: unknown, errorId: string) => void;
}

/** Apollo Server without what the gateway does not want: batching, persisted queries, usage reports, a landing page from a CDN. */
export function createApolloServer(options: ApolloServerOptions): ApolloServer<Operation> {
  const { schema, introspection, report } = options;
  return new ApolloServer<Operation>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    validationRules: introspection ? [] : [hiddenSubgraphRule],
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    formatError: createErrorFormatter({ introspection, report }),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      // Of its own accord a subgraph traces each field for whoever sends a header: two to three times the work and the bytes.
      ApolloServerPluginInlineTraceDisabled(),
      // Nothing goes to Apollo, even beside a router whose environment has a key.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      noSubscriptions,
      requestErrorStatus,
      limitAnswers,
    ],
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

/** What matters of Apollo's own log is in the errors that `report` gets. */
function ignore(): void {
  // Nothing.
}
