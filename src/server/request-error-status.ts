import type { ApolloServerPlugin } from '@apollo/server';
import type { onSendAsyncHookHandler } from 'fastify';

const aboutTheRequest: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** From the plugin to the hook; it does not leave the gateway. */
const mark = 'tributary-request-error';

/**
 * Under plain `application/json` the status says how the transport went, so a well-formed request with a bad document or bad
 * variables is answered with 200; under `application/graphql-response+json` it stays 400 (GraphQL over HTTP, 6.4). The plugin
 * marks such an answer; the hook decides, once Apollo has chosen the media type. Without a document a request is not well-formed.
 */
export const requestErrorStatus: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ source, response }) {
        if (response.body.kind !== 'single' || response.http.status !== 400 || !source) return;
        const { errors = [] } = response.body.singleResult;
        if (errors.length > 0 && errors.every(({ extensions }) => aboutTheRequest.has(extensions?.['code'])))
          response.http.headers.set(mark, '');
      },
    };
  },
};

/** The other half, for the route: the status of a marked answer by the media type that is sent. */
export const settleStatus: onSendAsyncHookHandler = async (_request, reply) => {
  if (!reply.hasHeader(mark)) return;
  reply.removeHeader(mark);
  if (String(reply.getHeader('content-type')).startsWith('application/json')) reply.code(200);
};
