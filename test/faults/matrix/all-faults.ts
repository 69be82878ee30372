import { bodyFaults } from './body-faults.js';
import { connectionFaults } from './connection-faults.js';
import type { MatrixFault } from './fault.js';
import { statusFaults } from './status-faults.js';

/** The rows that are made here, by number. Number 38, what the process itself suffers, is made by test/faults/process. */
export const allFaults: readonly MatrixFault[] = [...connectionFaults, ...statusFaults, ...bodyFaults].toSorted(
  (a, b) => a.number - b.number,
);
