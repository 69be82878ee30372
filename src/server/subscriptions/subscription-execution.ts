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

import type { ErrorCode } from '../../model/errors.js';
import { AuthenticationError } from '../authentication/authentication-errors.js';
import { firstErrors } from '../error-formatter.js';
import { Subscriber } from './subscriber.js';
import type { SubscriptionServerOptions } from './subscription-options.js';

/** What a client sends, whatever the transport. */
export interface SubscriptionRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export type PreparedSubscription =
  { readonly phase: 'ready'; readonly args: ExecutionArgs } | { readonly phase: 'refused'; readonly errors: readonly GraphQLError[] };

/** Parses and validates what the guards let through, and refuses what is no subscription. */
export function prepareSubscription(
  { query, variables, operationName }: SubscriptionRequest,
  subscriber: Subscriber,
  { schema, mayIntrospect, documents }: Pick<SubscriptionServerOptions, 'schema' | 'mayIntrospect' | 'documents'>,
): PreparedSubscription {
  const introspection = mayIntrospect(subscriber.session);
  const ruleSet = introspection ? 'open' : 'closed';
  const known = documents.get(ruleSet, query);
  let document: DocumentNode;
  try {
    document = known ?? parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return refuseSubscription('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
  const operation = getOperationAST(document, operationName);
  if (operation == null) return refuseSubscription('OPERATION_RESOLUTION_FAILURE', [new GraphQLError(noSuchOperation)]);
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
    return refuseSubscription('BAD_USER_INPUT', [new GraphQLError(subscriptionsOnly)]);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const errors = known === undefined ? validate(schema, document, rules, { hideSuggestions: !introspection }) : [];
  if (errors.length > 0) return refuseSubscription('GRAPHQL_VALIDATION_FAILED', firstErrors(errors));
  documents.remember(ruleSet, query, document);
  return {
    phase: 'ready',
    args: { schema, document, variableValues: variables, operationName, contextValue: subscriber, hideSuggestions: !introspection },
  };
}

const noSuchOperation = 'operationName must name one operation of the document; it may be left out where there is only one.';
const subscriptionsOnly = 'Only subscriptions are served here: send queries and mutations to /graphql in an HTTP POST.';

function refuseSubscription(code: ErrorCode, errors: readonly GraphQLError[]): PreparedSubscription {
  for (const error of errors) Object.assign(error.extensions, { code });
  return { phase: 'refused', errors };
}

/**
 * Either the answers to a subscription, one an event, or why there are none. As graphql-js's `subscribe`, but with a new context for
 * each event, shared by those who would get the same answer, and nothing more for who watches once their credential holds no longer.
 */
export async function openSubscription(
  args: ExecutionArgs,
  { log, results }: Pick<SubscriptionServerOptions, 'log' | 'results'>,
): Promise<MappedAsyncIterator<unknown, ExecutionResult> | ExecutionResult> {
  const viewer = Subscriber.from(args);
  const variables = JSON.stringify([args.operationName, args.variableValues]);
  const source = await createSourceEventStream({ ...args, contextValue: viewer.createContext() });
  return isAsyncIterable(source)
    ? new MappedAsyncIterator(
        source,
        (event) => {
          if (viewer.session.hasEnded) return endedSessionResult();
          const key = `${viewer.session.rightsKey} ${variables}`;
          return results.getOrExecute(event, args.document, key, () =>
            execute({ ...args, rootValue: event, contextValue: viewer.createContext() }),
          );
        },
        (error) => log.error(error),
      )
    : source;
}

function endedSessionResult(): ExecutionResult {
  const originalError = new AuthenticationError();
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

/**
 * The events of a source, each translated when the client asks for it: nothing is pulled ahead. `return` takes effect at once,
 * also while an event is awaited, and even when the source itself only notices later.
 */
export class MappedAsyncIterator<In, Out> implements AsyncIterableIterator<Out, undefined> {
  readonly #source: AsyncIterator<In>;
  readonly #translate: (event: In) => Out | Promise<Out>;
  readonly #report: (error: unknown) => void;
  #isDone = false;
  /** Ends the wait for the next event. */
  #release: () => void = resolveNothing;

  constructor(source: AsyncIterable<In>, translate: (event: In) => Out | Promise<Out>, report: (error: unknown) => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#translate = translate;
    this.#report = report;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Out, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#isDone) return resolve(doneResult);
      this.#release = () => resolve(doneResult);
      this.#step().then(resolve, reject);
    });
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    if (this.#isDone) return doneResult;
    this.#isDone = true;
    this.#release();
    // Not awaited: an async generator that waits would answer only after its next event.
    this.#source.return?.().catch(this.#report);
    return doneResult;
  }

  async #step(): Promise<IteratorResult<Out, undefined>> {
    try {
      const { done, value } = await this.#source.next();
      if (!done && !this.#isDone) return { done: false, value: await this.#translate(value) };
    } catch (error) {
      this.#isDone = true;
      throw error;
    }
    this.#isDone = true;
    return doneResult;
  }
}

const doneResult: IteratorReturnResult<undefined> = { done: true, value: undefined };

function resolveNothing(): void {
  // Nothing waits.
}
