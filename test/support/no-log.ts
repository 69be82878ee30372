import type { Log } from '../../src/gateway/log.js';

/** A log that keeps nothing. */
export const noLog: Log = { sourceChanged: () => undefined, acted: () => undefined, refused: () => undefined };
