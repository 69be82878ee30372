import { causeCodeOf } from '../task/error/cause-code.js';
import type { SourceProblemError } from '../task/error/source-problem-error.js';

const codes: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether not even a connection stood: no name, no route, nobody there, no agreement on TLS. */
export function isConnectFailure(error: SourceProblemError): boolean {
  return error.problem.kind === 'TLS' || codes.has(causeCodeOf(error.cause) ?? '');
}
