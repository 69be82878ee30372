import { createClient } from 'graphql-ws/client';

import { UnauthenticatedError, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import { openTimeoutMs, type Transport } from './transport.js';

/** Subscriptions over one WebSocket, which is open as long as there are any. */
export function createWebSocketTransport({ url, headers }: Endpoint, webSocketImpl: unknown): Transport {
  let isConnected = false;
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl,
    connectionParams: headers,
    retryAttempts: 0,
    keepAlive: pingMs,
    connectionAckWaitTimeout: openTimeoutMs,
    on: {
      connected: () => {
        isConnected = true;
      },
      ping: (isReceived) => {
        if (!isReceived) unanswered = setTimeout(() => client.terminate(), openTimeoutMs);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(unanswered);
      },
      closed: () => {
        isConnected = false;
        clearTimeout(unanswered);
      },
    },
  });

  return (operation, sink, signal) =>
    new Promise((resolve) => {
      let isOpen = false;
      const end: typeof resolve = (how) => {
        unlisten();
        clearTimeout(opening);
        signal.removeEventListener('abort', stop);
        resolve(how);
      };
      const open = (): void => {
        isOpen = true;
        clearTimeout(opening);
        sink.opened();
      };
      const unlisten = client.on('connected', open);
      const opening = setTimeout(() => {
        client.terminate();
        end({ kind: 'unopened', error: new UnreachableError('The WebSocket did not open in time.') });
      }, openTimeoutMs);
      const unsubscribe = client.subscribe(operation, {
        next: ({ data, errors }) => sink.next({ data, ...(errors && { errors }) }),
        complete: () => end({ kind: 'complete' }),
        error: (cause) => {
          // Errors in place of a first event; as an event stream tells them.
          if (Array.isArray(cause)) {
            sink.next({ errors: cause });
            return end({ kind: 'complete' });
          }
          // Later, the token may only have grown old: a new one is sent with the next connection.
          if (!isOpen && unauthenticated.includes(readCloseCode(cause))) return end({ kind: 'refused', error: new UnauthenticatedError() });
          const error = new UnreachableError(isOpen ? 'The WebSocket was closed.' : 'The WebSocket cannot be opened.', cause);
          end({ kind: isOpen ? 'lost' : 'unopened', error });
        },
      });
      const stop = (): void => {
        unsubscribe();
        end({ kind: 'complete' });
      };
      signal.addEventListener('abort', stop);
      if (isConnected) open();
    });
}

/** Milliseconds from the last sign of life until one is asked for. */
const pingMs = 20_000;

/** Codes of the protocol with which a gateway closes that does not accept the token. */
const unauthenticated: readonly unknown[] = [4401, 4403];

function readCloseCode(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
}
