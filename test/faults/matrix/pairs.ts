import { allFaults } from './all-faults.js';
import { bodyFaults } from './body-faults.js';
import { connectionFaults } from './connection-faults.js';
import type { Kind, MatrixFault } from './fault.js';
import { statusFaults } from './status-faults.js';

interface FaultyPlane {
  readonly kind: Kind;
  readonly fault: MatrixFault;
}

/** Two planes with a fault at the same time. */
export interface Pair {
  readonly one: FaultyPlane;
  readonly other: FaultyPlane;
}

const classes = [connectionFaults, statusFaults, bodyFaults];
const kindPairs: readonly (readonly [Kind, Kind])[] = [
  ['vcf', 'astra'],
  ['astra', 'vcf'],
  ['vcf', 'catalog'],
];

/**
 * A covering array: each fault together with each class of faults, each fault with each pair of planes, and each class with
 * each pair of planes. Row j of fault i has class j and pair i + j; the second fault cycles through its class.
 */
export function buildPairs(): readonly Pair[] {
  const listFaults = allFaults.filter((fault) => fault.expected('list', 'vcf') !== null);
  return listFaults.flatMap((fault, index) =>
    classes.flatMap((faults, row): readonly Pair[] => {
      const kindPair = kindPairs[(index + row) % kindPairs.length];
      if (kindPair === undefined) return [];
      const [kind, otherKind] = kindPair;
      const candidates = faults.filter((other) => canCombine(fault, other) && other.expected('list', otherKind) !== null);
      const other = candidates[index % candidates.length];
      return other === undefined || fault.expected('list', kind) === null
        ? []
        : [{ one: { kind, fault }, other: { kind: otherKind, fault: other } }];
    }),
  );
}

/** The DNS lookup and the certificates can be replaced for one plane only. */
function canCombine(fault: MatrixFault, other: MatrixFault): boolean {
  return other.number !== fault.number && (fault.reached === undefined || other.reached === undefined);
}
