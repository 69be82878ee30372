import type { ActionResponse } from '../model/action.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { Permit } from './circuit-breaker.js';
import { createDispatcher, type SourceConnection } from './connections.js';
import { exchange } from './exchange.js';
import { type AttemptResult, classifyAttempt, toTransportProblem } from './failure-classification.js';
import type { UpstreamGuard } from './guard.js';
import type { UpstreamRequest } from './request.js';
import { type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from './response-problem.js';
import type { UpstreamResponse } from './response.js';

/** Sends an action: one attempt on a connection of its own, and nothing in this file or below it that would make a second one. */
export async function deliverOnce(
  connection: SourceConnection,
  gate: UpstreamGuard,
  url: URL,
  request: UpstreamRequest,
): Promise<DeliveryResult> {
  let permit: Permit;
  try {
    permit = await gate.enter(request.signal);
  } catch (error) {
    if (error instanceof SourceProblemError) return { phase: 'not-sent', error };
    throw error;
  }
  const own = createDispatcher(connection, 'single');
  let attempted: AttemptResult;
  try {
    attempted = { answer: await exchange(own.dispatcher, url, request, connection) };
  } catch (error) {
    attempted = { error: toTransportProblem(error, request.signal) };
  }
  permit.done(classifyAttempt(attempted, request.method));
  await own.dispatcher.destroy();
  // Whoever comes back while the plane is not asked at all comes in vain.
  const { openForMs } = gate;
  if ('answer' in attempted) return { phase: 'answered', answer: attempted.answer.withCircuitOpenFor(openForMs) };
  return { phase: own.wasConnected() ? 'lost' : 'not-sent', error: attempted.error.withMinRetryAfter(openForMs) };
}

/** What came of a request that must not be sent twice. */
export type DeliveryResult =
  | { readonly phase: 'answered'; readonly answer: UpstreamResponse }
  /** Proven: no byte of it was sent. */
  | { readonly phase: 'not-sent'; readonly error: SourceProblemError }
  /** It may have arrived, and no answer came. */
  | { readonly phase: 'lost'; readonly error: SourceProblemError };

/**
 * Tells the answers to an action apart: 2xx took it; other 4xx changed nothing; a failure before the first byte changed
 * nothing and may be tried again; all else (5xx, redirects, a lost answer) leaves it unknown.
 */
export function classifyDelivery(delivery: DeliveryResult, bodyOf: (answer: UpstreamResponse) => PlaneErrorBody): ActionResponse {
  if (delivery.phase === 'not-sent') {
    const { problem, retryAfterMs } = delivery.error;
    return { outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: true, retryAfterMs };
  }
  if (delivery.phase === 'lost') return { outcome: 'UNKNOWN', problem: delivery.error.problem };
  const { answer } = delivery;
  if (answer.isSuccess) return { outcome: 'ACCEPTED' };
  const body = bodyOf(answer);
  const { problem: said, retryAfterMs } = toStatusProblem(answer, body);
  const problem = body.message === null ? said : { ...said, message: `${said.message} It says: ${sanitizePlaneText(body.message)}` };
  if (answer.status < 400 || answer.status >= 500) return { outcome: 'UNKNOWN', problem };
  const reason = answer.status === 404 ? 'NOT_FOUND' : answer.status === 409 ? 'CONFLICT' : 'PROBLEM';
  return { outcome: 'REJECTED', reason, problem, isRetryable: answer.status === 429, retryAfterMs };
}
