/** How SDDC Manager spells the status of a task: both are documented, and both occur in one answer. */
export type Spelling = 'upper' | 'title';

/** Statuses that its specification lists in mixed case too (9.1). */
const titles = new Map([
  ['PENDING', 'Pending'],
  ['QUEUED', 'Queued'],
  ['IN_PROGRESS', 'In Progress'],
  ['SUCCESSFUL', 'Successful'],
  ['FAILED', 'Failed'],
  ['CANCELLED', 'Cancelled'],
  ['TIMED_OUT', 'Timed Out'],
]);

/** In upper case with underscores; the empty text for what is no text. */
export function canonicalStatus(status: unknown): string {
  return typeof status === 'string' ? status.toUpperCase().replaceAll(/[\s-]+/g, '_') : '';
}

/** A canonical status in a spelling; one that has no mixed case stays as it is. */
export function spelledStatus(canonical: string, spelling: Spelling): string {
  return spelling === 'title' ? (titles.get(canonical) ?? canonical) : canonical;
}

/** The spelling that a status is written in. */
export function spellingOf(status: unknown): Spelling {
  return titles.get(canonicalStatus(status)) === status ? 'title' : 'upper';
}

/** As GET by id writes a status: upper case, also where the list has mixed case. What is no documented spelling stays as it is. */
export function statusById(status: unknown): unknown {
  return spellingOf(status) === 'title' ? canonicalStatus(status) : status;
}
