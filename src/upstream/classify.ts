import type { ActionAnswer } from '../task/act/action-answer.js';
import { plainText } from './plain-text.js';
import { type ErrorBody, problemOfStatus } from './status-problem.js';
import type { Delivery } from './delivery.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/**
 * Tells the answers to an action apart: 2xx took it; other 4xx changed nothing; a failure before the first byte changed
 * nothing and may be tried again; all else (5xx, redirects, a lost answer) leaves it unknown.
 */
export function classify(delivery: Delivery, bodyOf: (answer: UpstreamAnswer) => ErrorBody): ActionAnswer {
  if (delivery.phase === 'not-sent') {
    const { problem, retryAfterMs } = delivery.error;
    return { outcome: 'REJECTED', because: 'PROBLEM', problem, isRetryable: true, retryAfterMs };
  }
  if (delivery.phase === 'lost') return { outcome: 'UNKNOWN', problem: delivery.error.problem };
  const { answer } = delivery;
  if (answer.isSuccess) return { outcome: 'ACCEPTED' };
  const body = bodyOf(answer);
  const { problem: said, retryAfterMs } = problemOfStatus(answer, body);
  const problem = body.message === null ? said : { ...said, message: `${said.message} It says: ${plainText(body.message)}` };
  if (answer.status < 400 || answer.status >= 500) return { outcome: 'UNKNOWN', problem };
  const because = answer.status === 404 ? 'NOT_FOUND' : answer.status === 409 ? 'CONFLICT' : 'PROBLEM';
  return { outcome: 'REJECTED', because, problem, isRetryable: answer.status === 429, retryAfterMs };
}
