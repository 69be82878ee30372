import type { Log } from '../../../src/gateway/log.js';

/** A log that keeps nothing. */
export const noLog: Log = {
  internalError: () => undefined,
  sourceChanged: () => undefined,
  actionFinished: () => undefined,
  refusalsCounted: () => undefined,
};
