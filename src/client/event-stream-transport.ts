import { createClient, NetworkError } from 'graphql-sse';

import { ClientError, RefusedError, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import { parseResponse } from './http.js';
import { openTimeoutMs, silenceTimeoutMs, type Transport } from './transport.js';

/** Subscriptions over server-sent events, with one request for each. */
export function createEventStreamTransport({ url, headers }: Endpoint): Transport {
  return (operation, listener, signal) =>
    new Promise((resolve) => {
      let [isOpen, isOver] = [false, false];
      let silenceTimer: ReturnType<typeof setTimeout>;
      const giveUpAfter = (ms: number): void => {
        clearTimeout(silenceTimer);
        if (isOver) return;
        silenceTimer = setTimeout(() => {
          end({ kind: isOpen ? 'lost' : 'unopened', error: new UnreachableError('The event stream has gone silent.') });
        }, ms);
      };
      const end: typeof resolve = (result) => {
        isOver = true;
        clearTimeout(silenceTimer);
        signal.removeEventListener('abort', stop);
        client.dispose();
        resolve(result);
      };
      const client = createClient({
        url: streamUrl(url),
        headers,
        retryAttempts: 0,
        fetchFn: async (input: string, init: RequestInit) =>
          withActivityCallback(await fetch(input, { ...init, redirect: 'error' }), () => giveUpAfter(silenceTimeoutMs)),
      });
      const stop = (): void => end({ kind: 'complete' });
      signal.addEventListener('abort', stop);
      giveUpAfter(openTimeoutMs);
      client.subscribe(
        operation,
        {
          next: ({ data, errors }) => listener.next({ data, ...(errors && { errors }) }),
          complete: () => end({ kind: 'complete' }),
          error: (cause) =>
            void toClientError(cause).then((error) => end({ kind: isFinal(error) ? 'refused' : isOpen ? 'lost' : 'unopened', error })),
        },
        {
          connected: () => {
            isOpen = true;
            giveUpAfter(silenceTimeoutMs);
            listener.opened();
          },
        },
      );
    });
}

function streamUrl(url: string): string {
  const stream = new URL(url);
  stream.pathname = `${stream.pathname.replace(/\/$/, '')}/stream`;
  return stream.href;
}

/** The same response, which calls back for each chunk. Comments count as well: the gateway sends them to keep the connection alive. */
function withActivityCallback(response: Response, onActivity: () => void): Response {
  if (!response.ok || response.body === null) return response;
  const activity = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onActivity();
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(activity), response);
}

function isFinal(error: ClientError): boolean {
  return !(error instanceof UnreachableError) && !(error instanceof RefusedError && error.isTemporary);
}

/** Why a stream ended before it completed. */
async function toClientError(cause: unknown): Promise<ClientError> {
  const response: unknown = cause instanceof NetworkError ? cause.response : null;
  if (!(response instanceof Response)) return new UnreachableError('The event stream ended.', cause);
  try {
    await parseResponse(response);
  } catch (error) {
    if (error instanceof ClientError) return error;
  }
  return new UnreachableError(`The event stream cannot be opened: ${response.status}.`, cause);
}
