import type { SourceProblemError } from '../../../task/error/source-problem-error.js';

/** Whether the plane refuses the credentials: nothing that is known may be shown any more. */
export function isRefusal({ problem }: SourceProblemError): boolean {
  return problem.kind === 'UNAUTHENTICATED' || problem.kind === 'FORBIDDEN';
}
