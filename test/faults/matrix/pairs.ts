import { allFaults } from './all-faults.js';
import { bodyFaults } from './body-faults.js';
import { connectionFaults } from './connection-faults.js';
import type { Kind, MatrixFault } from './fault.js';
import { statusFaults } from './status-faults.js';

interface Ill {
  readonly kind: Kind;
  readonly fault: MatrixFault;
}

/** Two planes that are ill at the same time. */
export interface Pair {
  readonly one: Ill;
  readonly other: Ill;
}

const classes = [connectionFaults, statusFaults, bodyFaults];
const couples: readonly (readonly [Kind, Kind])[] = [
  ['vcf', 'astra'],
  ['astra', 'vcf'],
  ['vcf', 'catalog'],
];

/**
 * A covering array: each fault together with each class of faults, each fault with each couple of planes, and each class with
 * each couple. Row j of fault i has class j and couple i + j; the second fault goes round within its class.
 */
export function pairs(): readonly Pair[] {
  const firsts = allFaults.filter((fault) => fault.expected('list', 'vcf') !== null);
  return firsts.flatMap((fault, index) =>
    classes.flatMap((faults, row): readonly Pair[] => {
      const couple = couples[(index + row) % couples.length];
      if (couple === undefined) return [];
      const [kind, otherKind] = couple;
      const candidates = faults.filter((other) => isGoodWith(fault, other) && other.expected('list', otherKind) !== null);
      const other = candidates[index % candidates.length];
      return other === undefined || fault.expected('list', kind) === null
        ? []
        : [{ one: { kind, fault }, other: { kind: otherKind, fault: other } }];
    }),
  );
}

/** A name leads one way only, and certificates are those of one plane. */
function isGoodWith(fault: MatrixFault, other: MatrixFault): boolean {
  return other.number !== fault.number && (fault.reached === undefined || other.reached === undefined);
}
