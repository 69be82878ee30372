import type { ActionResponse } from '../model/action.js';
import { redactSecrets, type SecretText } from '../model/secret.js';
import { SourceProblemError, type TaskSourceProblem } from '../model/source-problem.js';
import type { CallAdmission } from './call-admission.js';
import { Cancellation } from './cancellation.js';
import type { Permit } from './circuit-breaker.js';
import { createDispatcher } from './connections.js';
import { exchange } from './exchange.js';
import { type AttemptResult, classifyAttempt, toTransportProblem } from './failure-classification.js';
import type { UpstreamRequest } from './request.js';
import { readPlaneMessage } from './plane-message.js';
import { isBelievable, type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from './response-problem.js';
import type { UpstreamResponse } from './response.js';
import type { SourceSettings } from './source-settings.js';

/** What became of a request that must not be sent twice. */
export type DeliveryResult =
  | { readonly kind: 'answered'; readonly response: UpstreamResponse }
  /** Proven: not one byte was sent. */
  | { readonly kind: 'not-sent'; readonly error: SourceProblemError }
  /** It may have arrived, and there was no response. */
  | { readonly kind: 'lost'; readonly error: SourceProblemError };

/**
 * Sends an action: one attempt on a connection of its own. Nothing in this file or below it makes a second attempt, and
 * a connection that was never used cannot have gone stale.
 */
export async function deliverOnce(
  { transport, clock }: SourceSettings,
  admission: CallAdmission,
  url: URL,
  request: UpstreamRequest,
): Promise<DeliveryResult> {
  let permit: Permit;
  try {
    permit = await admission.enter(request.signal);
  } catch (error) {
    if (error instanceof SourceProblemError) return { kind: 'not-sent', error };
    throw error;
  }
  const { dispatcher, wasConnected } = createDispatcher(transport, 'single');
  let result: AttemptResult;
  try {
    const response = await exchange(
      dispatcher,
      url,
      { ...request, cancellation: Cancellation.follow(request.signal) },
      { maxBodyBytes: transport.maxBodyBytes, now: clock.now, bodies: null },
    );
    result = { kind: 'response', response };
  } catch (error) {
    result = { kind: 'error', error: toTransportProblem(error, request.signal.aborted) };
  }
  permit.done(classifyAttempt(result, request.method));
  await dispatcher.destroy();
  // A caller who comes back while the circuit is open would be refused.
  const { openForMs } = admission;
  if (result.kind === 'response') return { kind: 'answered', response: result.response.withRefusalFor(openForMs) };
  return { kind: wasConnected() ? 'lost' : 'not-sent', error: result.error.withMinRetryAfter(openForMs) };
}

/**
 * The outcome of an action by its delivery: 2xx is ACCEPTED; a 4xx of the plane is REJECTED and changed nothing; a failure
 * before the first byte is REJECTED and may be tried again; everything else (5xx, redirects, a lost response) is UNKNOWN.
 * So is what something in front of the plane may have sent: it may have replaced the plane's own response.
 *
 * @param secrets those that were sent; a plane may repeat them.
 */
export function classifyDelivery(
  delivery: DeliveryResult,
  parseBody: (response: UpstreamResponse) => PlaneErrorBody,
  secrets: readonly SecretText[] = [],
): ActionResponse {
  if (delivery.kind === 'not-sent') {
    const { problem, retryAfterMs } = delivery.error;
    return { outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: true, retryAfterMs };
  }
  if (delivery.kind === 'lost') return { outcome: 'UNKNOWN', problem: delivery.error.problem };
  const { response } = delivery;
  const { status } = response;
  if (response.isSuccess) return response.isHtml ? { outcome: 'UNKNOWN', problem: createPageProblem(status) } : { outcome: 'ACCEPTED' };
  const body = parseBody(response);
  const { problem: statusProblem, retryAfterMs } = toStatusProblem(response, body);
  const problem =
    body.message === null
      ? statusProblem
      : { ...statusProblem, message: `${statusProblem.message} It says: ${sanitizePlaneText(readWithoutSecrets(body.message, secrets))}` };
  if (status < 400 || status >= 500 || !isBelievable(status, body)) return { outcome: 'UNKNOWN', problem };
  const reason = status === 404 ? 'NOT_FOUND' : status === 409 ? 'CONFLICT' : 'PROBLEM';
  return { outcome: 'REJECTED', reason, problem, isRetryable: status === 429, retryAfterMs };
}

/** Reading removes escapes, so that a secret may appear only then; and it removes spaces, so that one may only be found before. */
function readWithoutSecrets(text: string, secrets: readonly SecretText[]): string {
  return redactSecrets(readPlaneMessage(redactSecrets(text, secrets)).message, secrets);
}

function createPageProblem(httpStatus: number): TaskSourceProblem {
  return new SourceProblemError('MALFORMED_RESPONSE', 'The answer is a web page, not one of the plane. Check that url names its API.', {
    httpStatus,
  }).problem;
}
