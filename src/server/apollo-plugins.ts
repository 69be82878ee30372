import { type ApolloServerPlugin, type GraphQLRequestListener, HeaderMap, type HTTPGraphQLHead } from '@apollo/server';
import {
  type ASTVisitor,
  GraphQLError,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValidationContext,
} from 'graphql';

import type { OperationExecutor } from '../execution/compiled-executor.js';
import { SerialisedData } from '../execution/serialised-data.js';
import type { OperationContext } from '../gateway/operation-context.js';
import type { ErrorCode } from '../model/errors.js';
import { firstErrors, mergeStoreErrors } from './error-formatter.js';
import { getOperation } from './guards/operation-guards.js';
import { errorStatuses, formatRetryAfter } from './http-error-responses.js';
import type { ResponseStep } from './response-steps.js';

const requestErrorCodes: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** Set by the plugin and removed by the steps; clients never see them. */
const requestErrorHeader = 'tributary-request-error';
const executedHeader = 'tributary-executed';

/** What the gateway adds to Apollo Server, in the order of a request: one plugin, because Apollo waits for each hook of each plugin. */
export function createOperationPlugin(executor: OperationExecutor): ApolloServerPlugin<OperationContext> {
  const listener: GraphQLRequestListener<OperationContext> = {
    async didResolveOperation({ operation }) {
      refuseSubscription(operation);
    },

    /** Executes compiled operations: a response that this hook gives stands in the place of Apollo's execution, and is marked like it. */
    async responseForOperation({ document, operation, request, contextValue }) {
      // Where the document has no such operation, Apollo reports it.
      if (!operation) return null;
      const text = await executor.execute({ document, operation, variables: request.variables, context: contextValue });
      if (text === null) return null;
      return {
        http: { headers: new HeaderMap([[executedHeader, '']]) },
        body: { kind: 'single', singleResult: { data: new SerialisedData(text) } },
      };
    },

    /** Marks the response of a document that is executed: that it is not in the manifest is logged only then. */
    async executionDidStart({ response }) {
      response.http.headers.set(executedHeader, '');
    },

    async willSendResponse({ source, response: { body, http } }) {
      if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
      if (http.status === 400 && source) markRequestErrors(body.singleResult.errors, http);
      shortenErrors(body.singleResult);
      applyLimitStatus(body.singleResult, http);
    },
  };
  const started = Promise.resolve(listener);
  return { requestDidStart: () => started };
}

/** Refuses subscriptions that come as a single request, and says where they are served. Where there is no operation, execution reports why. */
function refuseSubscription(operation: OperationDefinitionNode | undefined): void {
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
  throw new GraphQLError(
    'Subscriptions are not served over plain HTTP: use a WebSocket, or an event stream with the header Accept: text/event-stream.',
    { extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } } },
  );
}

/**
 * GraphQL over HTTP, section 6.4: a well-formed request with a bad document or bad variables is answered with 200 under plain
 * `application/json`, and with 400 under `application/graphql-response+json`. Apollo Server chooses the media type after its last
 * plugin has run, so the plugin marks the response and the step below decides. A request without a document is not well-formed.
 */
function markRequestErrors(errors: readonly GraphQLFormattedError[], http: HTTPGraphQLHead): void {
  if (errors.length > 0 && errors.every(({ extensions }) => requestErrorCodes.has(extensions?.['code'])))
    http.headers.set(requestErrorHeader, '');
}

interface ExecutionOutcome {
  readonly data?: unknown;
  errors?: readonly GraphQLFormattedError[];
}

/** Shortens the errors of a request that was not executed, or that met an outage of the store. */
function shortenErrors(result: ExecutionOutcome): void {
  const { errors = [] } = result;
  result.errors = result.data === undefined ? firstErrors(errors) : mergeStoreErrors(errors);
}

/** Errors of a field that decide the status of a response in which no field has a value: load balancers and clients act upon that. */
const rateCodes: readonly ErrorCode[] = ['RATE_LIMITED', 'OVERLOADED'];

/**
 * Sets status and Retry-After where a resolver refused by a limit. An operation that asks for too much is answered like other ones whose
 * fields fail, or, without any data, like a bad document.
 */
function applyLimitStatus({ data, errors = [] }: ExecutionOutcome, http: HTTPGraphQLHead): void {
  for (const { extensions } of errors) {
    if (extensions?.['code'] === ('LIMIT_EXCEEDED' satisfies ErrorCode) && data == null) {
      http.status = errorStatuses.LIMIT_EXCEEDED;
      http.headers.set(requestErrorHeader, '');
    }
    const code = rateCodes.find((rateCode) => rateCode === extensions?.['code']);
    if (code === undefined) continue;
    const retryAfterMs = extensions?.['retryAfterMs'];
    if (typeof retryAfterMs === 'number') http.headers.set('retry-after', formatRetryAfter(retryAfterMs));
    if (Object.values(data ?? {}).every((value) => value === null)) http.status = errorStatuses[code];
  }
}

/** A step of the route: sets the status of a marked response by its media type. */
export const applyRequestErrorStatus: ResponseStep = (_request, reply) => {
  if (!reply.hasHeader(requestErrorHeader)) return;
  reply.removeHeader(requestErrorHeader);
  if (String(reply.getHeader('content-type')).startsWith('application/json')) reply.code(200);
};

/** A step of the route: reports the execution of a marked response. */
export const reportExecution: ResponseStep = (request, reply) => {
  if (!reply.hasHeader(executedHeader)) return;
  reply.removeHeader(executedHeader);
  getOperation(request)?.onExecuted();
};

/** A validation rule where introspection is off: `_service` would reveal the schema in another form. */
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
