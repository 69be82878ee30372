import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';

import { UnauthenticatedError } from '../authentication/unauthenticated-error.js';
import type { LiveOptions } from './live-options.js';
import { MappedEvents } from './mapped-events.js';
import { Viewer } from './viewer.js';

/**
 * Either the answers to a subscription, one an event, or why there are none. As graphql-js's `subscribe`, but with a new context for
 * each event, and nothing more for who watches once their credential holds no longer.
 */
export async function openEvents(
  args: ExecutionArgs,
  { log }: Pick<LiveOptions, 'log'>,
): Promise<MappedEvents<unknown, ExecutionResult> | ExecutionResult> {
  const viewer = Viewer.of(args);
  const source = await createSourceEventStream({ ...args, contextValue: viewer.newContext() });
  return isAsyncIterable(source)
    ? new MappedEvents(
        source,
        (event) => (viewer.session.isOver ? refused() : execute({ ...args, rootValue: event, contextValue: viewer.newContext() })),
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
