import type { ClientError } from './client-error.js';
import type { Connector } from './connector.js';
import type { Origin } from './origin.js';

/** What every operation of one client goes through. */
export interface Line {
  readonly origin: Origin;
  readonly connector: Connector;
  /** Milliseconds to wait after so many failures in a row, from 0. */
  readonly retryDelayMs: (failures: number) => number;
  /** Hears why a connection could not be opened, or ended. */
  readonly onLost: (error: ClientError) => void;
}
