import type { KeptAnswer, TheirClaim } from '../ledger.js';
import type { TaskActionError } from './error.js';
import type { TaskActionOutcome } from './outcome.js';

/**
 * What can be said of an action whose answer was never kept, because the process that sent it died or lost the ledger; null when
 * nothing was recorded under the key, so that nothing was sent.
 */
export function leftAnswer({ inputHash, action }: TheirClaim, path: readonly string[]): KeptAnswer | null {
  if (action === null) return null;
  const outcome = action.outcome ?? 'UNKNOWN';
  return { inputHash, outcome, errors: errorsOf[outcome](path), auditId: action.auditId };
}

const errorsOf: Readonly<Record<TaskActionOutcome, (path: readonly string[]) => readonly TaskActionError[]>> = {
  ACCEPTED: () => [],
  REJECTED: (path) => {
    const message = 'The action was rejected; the reason was lost, because the gateway stopped at that moment.';
    return [{ __typename: 'TaskActionNotAllowedError', message, path, blockers: [{ code: 'OTHER', message }] }];
  },
  UNKNOWN: (path) => {
    const lost = 'The gateway stopped, or lost its store, before what became of the request was recorded.';
    const problem = { kind: 'OTHER', message: lost, httpStatus: null, referenceToken: null } as const;
    const message = `The request may have been sent and no answer says what became of it; it is not sent again. ${lost}`;
    return [{ __typename: 'TaskOutcomeUnknownError', message, path, problem, observedStatus: null }];
  },
};
