import { TributaryError } from './tributary-error.js';

/** Thrown when what was asked for is in the ledger alone, and the ledger cannot be read now; asking again later may help. */
export class LedgerUnavailableError extends TributaryError {
  override readonly name = 'LedgerUnavailableError';
  readonly code = 'SOURCE_UNAVAILABLE';
}
