/** Thrown when a store cannot be opened. The message says why in plain words and names the store, never a password. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}
