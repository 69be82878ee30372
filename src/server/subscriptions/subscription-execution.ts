import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';

import type { OperationExecutor } from '../../execution/compiled-executor.js';
import { SerialisedData } from '../../execution/serialised-data.js';
import type { OperationContext } from '../../gateway/operation-context.js';
import type { ErrorCode } from '../../model/errors.js';
import { AuthenticationError } from '../authentication/authentication-errors.js';
import { firstErrors } from '../error-formatter.js';
import { Delivery } from './delivery.js';
import { EventAnswer } from './event-answer.js';
import type { EventQueue } from './event-queue.js';
import { Subscriber } from './subscriber.js';
import type { SharedAnswers } from './subscription-caches.js';
import type { SubscriptionExecution } from './subscription-options.js';

/** A subscription that a client asks for, whatever the transport. */
export interface SubscriptionRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
  /** The parsed query, where a guard parsed it. */
  readonly document?: DocumentNode | null;
  /** Called when the subscription is about to be opened. */
  readonly onExecuted?: () => void;
}

type PreparedSubscription =
  { readonly kind: 'ready'; readonly args: ExecutionArgs } | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] };

/** Validates what the guards admitted, and refuses what is no subscription. */
export function prepareSubscription(
  { query, variables, operationName, document: parsed, onExecuted }: SubscriptionRequest,
  subscriber: Subscriber,
  { schema, mayIntrospect, shared: { documents } }: Pick<SubscriptionExecution, 'schema' | 'mayIntrospect' | 'shared'>,
): PreparedSubscription {
  const introspection = mayIntrospect(subscriber.session);
  const ruleSet = introspection ? 'open' : 'closed';
  const validated = documents.get(ruleSet, query);
  let document: DocumentNode;
  try {
    document = validated ?? parsed ?? parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return refuseSubscription('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
  const operation = getOperationAST(document, operationName);
  if (operation == null) return refuseSubscription('OPERATION_RESOLUTION_FAILURE', [new GraphQLError(noSuchOperation)]);
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
    return refuseSubscription('BAD_USER_INPUT', [new GraphQLError(subscriptionsOnly)]);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const errors = validated === undefined ? validate(schema, document, rules, { hideSuggestions: !introspection }) : [];
  if (errors.length > 0) return refuseSubscription('GRAPHQL_VALIDATION_FAILED', firstErrors(errors));
  documents.remember(ruleSet, query, document);
  onExecuted?.();
  return {
    kind: 'ready',
    args: { schema, document, variableValues: variables, operationName, contextValue: subscriber, hideSuggestions: !introspection },
  };
}

const noSuchOperation = 'operationName must name one operation of the document; it may be left out where there is only one.';
const subscriptionsOnly =
  'Only subscriptions are served here: send queries and mutations to /graphql in an HTTP POST that accepts application/json.';

function refuseSubscription(code: ErrorCode, errors: readonly GraphQLError[]): PreparedSubscription {
  for (const error of errors) Object.assign(error.extensions, { code });
  return { kind: 'refused', errors };
}

/** Opens a subscription whose answers are serialised; see `openSubscription`. */
export function openSerializedSubscription(
  args: ExecutionArgs,
  { log, executor, shared, selectFormatter }: Pick<SubscriptionExecution, 'log' | 'executor' | 'shared' | 'selectFormatter'>,
): Promise<Delivery<EventAnswer> | ExecutionResult> {
  const { session } = Subscriber.from(args);
  return openSubscription(args, { ...shared, log, executor }, (result) => new EventAnswer(selectFormatter(session).result(result)));
}

interface OpeningOptions<T> extends Pick<SubscriptionExecution, 'log' | 'executor'> {
  readonly answers: SharedAnswers<T>;
  readonly eventQueue: EventQueue;
}

/**
 * Opens a subscription: its answers, one for each event, or the errors that prevent it. Unlike `subscribe` of graphql-js, each event has
 * a new context, subscribers that would get equal answers share one, and answers end when the credential of the subscriber does.
 *
 * @param createAnswer makes an answer of the result of an event, once for all who share it.
 */
export async function openSubscription<T>(
  args: ExecutionArgs,
  { log, executor, answers, eventQueue }: OpeningOptions<T>,
  createAnswer: (result: ExecutionResult) => T,
): Promise<Delivery<T> | ExecutionResult> {
  const subscriber = Subscriber.from(args);
  const { session } = subscriber;
  const variables = JSON.stringify([args.operationName, args.variableValues]);
  const source = await createSourceEventStream({ ...args, contextValue: subscriber.createContext() });
  if (!isAsyncIterable(source)) return source;
  const createSharedAnswer = (event: unknown): T | Promise<T> => {
    const result = executeEvent(event, args, subscriber.createContext(), executor);
    return result instanceof Promise ? result.then(createAnswer) : createAnswer(result);
  };
  let [rightsKey, key] = ['', ''];
  /** Built anew when the rights have changed. JSON says where it ends, so no two pairs of variables and rights have the same key. */
  const findKey = (): string => {
    const current = session.rightsKey;
    if (key === '' || current !== rightsKey) [rightsKey, key] = [current, `${variables} ${current}`];
    return key;
  };
  return new Delivery({
    source,
    answer: (event) => {
      if (session.hasEnded) return createAnswer(endedSessionResult());
      return answers.getOrCreate(event, args.document, findKey(), () => createSharedAnswer(event));
    },
    report: (error) => log.error(error),
    eventQueue,
  });
}

/** Executes the document for one event; graphql-js does so in the same context where the executor does not. */
function executeEvent(
  event: unknown,
  args: ExecutionArgs,
  context: OperationContext,
  executor: OperationExecutor,
): ExecutionResult | Promise<ExecutionResult> {
  const { document, operationName, variableValues: variables } = args;
  const operation = getOperationAST(document, operationName);
  const toResult = (text: string | null): ExecutionResult | Promise<ExecutionResult> =>
    text === null ? execute({ ...args, rootValue: event, contextValue: context }) : { data: new SerialisedData(text) };
  if (operation == null) return toResult(null);
  const text = executor.execute({ document, operation, variables, rootValue: event, context });
  return text instanceof Promise ? text.then(toResult) : toResult(text);
}

function endedSessionResult(): ExecutionResult {
  const originalError = new AuthenticationError();
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}
