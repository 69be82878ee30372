import { bodyFaults } from './body-faults.js';
import { connectionFaults } from './connection-faults.js';
import type { MatrixFault } from './fault.js';
import { statusFaults } from './status-faults.js';

/** The faults of planes, by number. Number 38, the faults of the process itself, is implemented in test/faults/process. */
export const allFaults: readonly MatrixFault[] = [...connectionFaults, ...statusFaults, ...bodyFaults].toSorted(
  (a, b) => a.number - b.number,
);
