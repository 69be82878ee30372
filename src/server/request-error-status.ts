import type { ApolloServerPlugin } from '@apollo/server';

const aboutTheRequest: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/**
 * Under plain `application/json` the status says how the transport went, so a well-formed request with a bad document or bad
 * variables is answered with 200; under `application/graphql-response+json` it stays 400 (GraphQL over HTTP, 6.4).
 */
export const requestErrorStatus: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        const accept = request.http?.headers.get('accept') ?? '';
        if (response.body.kind !== 'single' || response.http.status !== 400 || accept.includes('application/graphql-response+json')) return;
        const { errors = [] } = response.body.singleResult;
        if (errors.length > 0 && errors.every((error) => aboutTheRequest.has(error.extensions?.['code']))) response.http.status = 200;
      },
    };
  },
};
