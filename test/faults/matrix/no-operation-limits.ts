/** The `limits` of a gateway under test: rate and size of operations are unlimited. */
export const noOperationLimits = {
  tokens: 0,
  depth: 0,
  aliases: 0,
  rootFields: 0,
  selections: 0,
  operationsPerSecond: 0,
  actionsPerMinute: 0,
  sockets: 0,
};
