import { z } from 'zod';

import { mostRawKb, mostTasksById, mostValues } from '../../task/read/operation-weights.js';
import { integerSetting } from './integer-setting.js';

export const limitsSchema = z
  .strictObject({
    bodyKb: limit('KiB of a request body.', 100),
    tokens: limit('Tokens of a GraphQL document.', 1_000),
    depth: limit('Depth of an operation.', 15),
    aliases: limit('Aliases in an operation.', 20),
    rootFields: limit('Root fields of a query.', 10),
    mutationRootFields: limit('Root fields of a mutation.', 1),
    selections: limit('Selections of an operation.', 1_000),
    tasksById: limit('Tasks that an operation asks for by their ids: each may cost a plane a call of its own.', mostTasksById),
    values: limit(
      'Values in the answer to an operation, or to an event of a subscription: objects of lists, times the fields selected of each.',
      mostValues,
    ),
    rawKb: limit('KiB of raw in the answer to an operation, or to an event of a subscription.', mostRawKb),
    operationsPerSecond: limit('Operations of one caller in a second.', 20),
    actionsPerMinute: limit('Retries and cancels of one caller in a minute; bulk counts each distinct task that one is sent for.', 60),
    socketsPerCaller: limit('WebSockets and event streams of one caller.', 10),
    subscriptionsPerSocket: limit('Subscriptions on one WebSocket.', 20),
    sockets: limit('WebSockets and event streams in all.', 2_000),
  })
  .prefault({})
  .describe('What is refused as too much; 0 is no limit.');

function limit(what: string, byDefault: number): ReturnType<typeof integerSetting> {
  return integerSetting(`${what} 0 is no limit.`, { min: 0, max: 1_000_000, default: byDefault });
}
