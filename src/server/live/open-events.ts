import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';

import { UnauthenticatedError } from '../authentication/unauthenticated-error.js';
import type { LiveOptions } from './live-options.js';
import { MappedEvents } from './mapped-events.js';
import { Viewer } from './viewer.js';

/**
 * Either the answers to a subscription, one an event, or why there are none. As graphql-js's `subscribe`, but with a new context for
 * each event, shared by those who would get the same answer, and nothing more for who watches once their credential holds no longer.
 */
export async function openEvents(
  args: ExecutionArgs,
  { log, results }: Pick<LiveOptions, 'log' | 'results'>,
): Promise<MappedEvents<unknown, ExecutionResult> | ExecutionResult> {
  const viewer = Viewer.of(args);
  const variables = JSON.stringify([args.operationName, args.variableValues]);
  const source = await createSourceEventStream({ ...args, contextValue: viewer.newContext() });
  return isAsyncIterable(source)
    ? new MappedEvents(
        source,
        (event) => {
          if (viewer.session.isOver) return refused();
          const key = `${viewer.session.rightsKey} ${variables}`;
          return results.of(event, args.document, key, () => execute({ ...args, rootValue: event, contextValue: viewer.newContext() }));
        },
        (error) => log.error(error),
      )
    : source;
}

function refused(): ExecutionResult {
  const originalError = new UnauthenticatedError();
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}
