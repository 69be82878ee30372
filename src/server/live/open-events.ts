import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';

import type { LiveOptions } from './live-options.js';
import { MappedEvents } from './mapped-events.js';

/** Either the answers to a subscription, one an event, or why there are none. As graphql-js's `subscribe`, but with a new context for each event. */
export async function openEvents(
  args: ExecutionArgs,
  { context, log }: Pick<LiveOptions, 'context' | 'log'>,
): Promise<MappedEvents<unknown, ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream({ ...args, contextValue: context() });
  return isAsyncIterable(source)
    ? new MappedEvents(
        source,
        (event) => execute({ ...args, rootValue: event, contextValue: context() }),
        (error) => log.error(error),
      )
    : source;
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}
