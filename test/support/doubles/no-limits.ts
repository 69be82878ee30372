import type { ActionLimits } from '../../../src/gateway/actions/limits.js';
import { type CallerTokenLimits, defaultCallerTokenLimits } from '../../../src/gateway/caller-tokens.js';
import { defaultQueryLimits, type QueryLimits } from '../../../src/gateway/query/operation-limits.js';
import type { ServerLimits } from '../../../src/server/server-limits.js';

/** Nothing is too much. */
export const noLimits: ServerLimits = {
  bodyKb: 0,
  tokens: 0,
  depth: 0,
  aliases: 0,
  rootFields: 0,
  mutationRootFields: 0,
  selections: 0,
  operationsPerSecond: 0,
  socketsPerCaller: 0,
  subscriptionsPerSocket: 0,
  sockets: 0,
};

/** As many actions as a test wants; all else as the configuration has it by default. */
export const anyNumberOfActions: ActionLimits & QueryLimits & CallerTokenLimits = {
  ...defaultQueryLimits,
  ...defaultCallerTokenLimits,
  actionsPerMinute: 0,
};
