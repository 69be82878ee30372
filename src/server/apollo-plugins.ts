import type { ApolloServerPlugin } from '@apollo/server';
import type { onSendAsyncHookHandler } from 'fastify';
import { type ASTVisitor, GraphQLError, OperationTypeNode, type ValidationContext } from 'graphql';

import { firstErrors } from './error-formatter.js';

const requestErrorCodes: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** From the plugin to the hook; it does not leave the gateway. */
const requestErrorHeader = 'tributary-request-error';

/**
 * Under plain `application/json` the status says how the transport went, so a well-formed request with a bad document or bad
 * variables is answered with 200; under `application/graphql-response+json` it stays 400 (GraphQL over HTTP, 6.4). The plugin
 * marks such an answer; the hook decides, once Apollo has chosen the media type. Without a document a request is not well-formed.
 */
export const requestErrorStatusPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ source, response }) {
        if (response.body.kind !== 'single' || response.http.status !== 400 || !source) return;
        const { errors = [] } = response.body.singleResult;
        if (errors.length > 0 && errors.every(({ extensions }) => requestErrorCodes.has(extensions?.['code'])))
          response.http.headers.set(requestErrorHeader, '');
      },
    };
  },
};

/** The other half, for the route: the status of a marked answer by the media type that is sent. */
export const applyRequestErrorStatus: onSendAsyncHookHandler = async (_request, reply) => {
  if (!reply.hasHeader(requestErrorHeader)) return;
  reply.removeHeader(requestErrorHeader);
  if (String(reply.getHeader('content-type')).startsWith('application/json')) reply.code(200);
};

/** Few errors where nothing was executed; the status of a limit, and Retry-After, where a resolver refused what is too much or too soon. */
export const limitErrorStatusPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http } }) {
        if (body.kind !== 'single') return;
        const result = body.singleResult;
        if (result.errors === undefined) return;
        if (result.data === undefined) result.errors = firstErrors(result.errors);
        for (const { extensions } of result.errors) {
          const status = limitStatuses.get(extensions?.['code']);
          const retryAfterMs = extensions?.['retryAfterMs'];
          if (status !== undefined) http.status = status;
          if (status !== undefined && typeof retryAfterMs === 'number')
            http.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
        }
      },
    };
  },
};

const limitStatuses: ReadonlyMap<unknown, number> = new Map([
  ['LIMIT_EXCEEDED', 400],
  ['RATE_LIMITED', 429],
  ['OVERLOADED', 503],
]);

/** Says of a valid subscription that came as a single request where it is answered. */
export const refuseSubscriptionsPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        // Execution says why there is none.
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
        throw new GraphQLError(
          'A subscription is not answered here: open it over WebSocket at /graphql, or as an event stream at /graphql/stream.',
          { extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } } },
        );
      },
    };
  },
};

/** A validation rule for where introspection is off: `_service` gives the schema in another form. */
export function hiddenSubgraphRule(context: ValidationContext): ASTVisitor {
  return {
    Field: (node) => {
      if (node.name.value !== '_service') return;
      context.reportError(
        new GraphQLError('The schema is not shown here: introspection is off. Composers take it from a file.', { nodes: node }),
      );
    },
  };
}
