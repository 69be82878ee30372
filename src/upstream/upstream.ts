import type { SourceProblemError } from '../task/error/source-problem-error.js';
import type { SourceConnection } from '../task/source/source-module.js';
import { createDispatcher } from './dispatcher.js';
import { exchange } from './exchange.js';
import { requestUrl } from './request-url.js';
import { problemOfFailure } from './transport-problem.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamRequest } from './upstream-request.js';

/** What came of a request that must not be sent twice. */
export type Delivery =
  | { readonly phase: 'answered'; readonly answer: UpstreamAnswer }
  /** Proven: no byte of it was sent. */
  | { readonly phase: 'not-sent'; readonly error: SourceProblemError }
  /** It may have arrived, and no answer came. */
  | { readonly phase: 'lost'; readonly error: SourceProblemError };

/** HTTP to one plane. Redirects are never followed and no other origin is ever asked. */
export interface Upstream {
  /** Any status is an answer; a SourceProblemError is thrown where none came. */
  read(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** For actions: one attempt on a connection of its own, with no code on its way that repeats anything. */
  deliver(request: UpstreamRequest): Promise<Delivery>;
  close(): Promise<void>;
}

export function createUpstream(connection: SourceConnection): Upstream {
  const shared = createDispatcher(connection, 'shared');
  return {
    async read(request) {
      const url = requestUrl(connection.url, request.path, request.query);
      try {
        return await exchange(shared.dispatcher, url, request, connection.maxBodyBytes);
      } catch (error) {
        throw problemOfFailure(error, request.signal);
      }
    },
    async deliver(request) {
      const url = requestUrl(connection.url, request.path, request.query);
      const own = createDispatcher(connection, 'single');
      try {
        return { phase: 'answered', answer: await exchange(own.dispatcher, url, request, connection.maxBodyBytes) };
      } catch (error) {
        return { phase: own.wasConnected() ? 'lost' : 'not-sent', error: problemOfFailure(error, request.signal) };
      } finally {
        await own.dispatcher.destroy();
      }
    },
    close: () => shared.dispatcher.destroy(),
  };
}
