import { SourceProblemError } from '../task/error/source-problem-error.js';
import type { SourceConnection } from '../task/source/source-module.js';
import type { Permit } from './circuit-breaker.js';
import type { Delivery } from './delivery.js';
import { createDispatcher } from './dispatcher.js';
import { exchange } from './exchange.js';
import type { Gate } from './gate.js';
import { problemOfFailure } from './transport-problem.js';
import type { UpstreamRequest } from './upstream-request.js';
import { type Attempted, verdictOf } from './verdict.js';

/** Sends an action: one attempt on a connection of its own, and nothing in this file or below it that would make a second one. */
export async function deliver(connection: SourceConnection, gate: Gate, url: URL, request: UpstreamRequest): Promise<Delivery> {
  let permit: Permit;
  try {
    permit = await gate.enter(request.signal);
  } catch (error) {
    if (error instanceof SourceProblemError) return { phase: 'not-sent', error };
    throw error;
  }
  const own = createDispatcher(connection, 'single');
  let attempted: Attempted;
  try {
    attempted = { answer: await exchange(own.dispatcher, url, request, connection) };
  } catch (error) {
    attempted = { error: problemOfFailure(error, request.signal) };
  }
  permit.done(verdictOf(attempted, request.method));
  await own.dispatcher.destroy();
  // Whoever comes back while the plane is not asked at all comes in vain.
  const { refusesForMs } = gate;
  if ('answer' in attempted) return { phase: 'answered', answer: attempted.answer.notBefore(refusesForMs) };
  return { phase: own.wasConnected() ? 'lost' : 'not-sent', error: attempted.error.notBefore(refusesForMs) };
}
