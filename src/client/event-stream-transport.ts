import { createClient, NetworkError } from 'graphql-sse';

import { ClientError, RefusedError, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import { parseResponse } from './http.js';
import { openTimeoutMs, silenceTimeoutMs, type Transport } from './transport.js';

/** Subscriptions as server-sent events: a request each. */
export function createEventStreamTransport({ url, headers }: Endpoint): Transport {
  return (operation, sink, signal) =>
    new Promise((resolve) => {
      let [isOpen, isOver] = [false, false];
      let silence: ReturnType<typeof setTimeout>;
      const giveUpAfter = (ms: number): void => {
        clearTimeout(silence);
        if (isOver) return;
        silence = setTimeout(() => {
          end({ kind: isOpen ? 'lost' : 'unopened', error: new UnreachableError('Nothing comes over the event stream any more.') });
        }, ms);
      };
      const end: typeof resolve = (how) => {
        isOver = true;
        clearTimeout(silence);
        signal.removeEventListener('abort', stop);
        client.dispose();
        resolve(how);
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
          next: ({ data, errors }) => sink.next({ data, ...(errors && { errors }) }),
          complete: () => end({ kind: 'complete' }),
          error: (cause) =>
            void toClientError(cause).then((error) => end({ kind: isFinal(error) ? 'refused' : isOpen ? 'lost' : 'unopened', error })),
        },
        {
          connected: () => {
            isOpen = true;
            giveUpAfter(silenceTimeoutMs);
            sink.opened();
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

/** The same response. Each piece of it, comments too, is a sign of life. */
function withActivityCallback(response: Response, heard: () => void): Response {
  if (!response.ok || response.body === null) return response;
  const ear = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      heard();
      controller.enqueue(piece);
    },
  });
  return new Response(response.body.pipeThrough(ear), response);
}

function isFinal(error: ClientError): boolean {
  return !(error instanceof UnreachableError) && !(error instanceof RefusedError && error.isTemporary);
}

/** Why a stream ended before it was complete. */
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
