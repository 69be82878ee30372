import { createClient } from 'graphql-ws/client';

import { UnauthenticatedError, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import { openTimeoutMs, type Transport } from './transport.js';

/** Subscriptions over one shared WebSocket, which is open while there are any. */
export function createWebSocketTransport({ url, headers }: Endpoint, webSocketImpl: unknown): Transport {
  let isConnected = false;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
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
        if (!isReceived) pongTimer = setTimeout(() => client.terminate(), openTimeoutMs);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pongTimer);
      },
      closed: () => {
        isConnected = false;
        clearTimeout(pongTimer);
      },
    },
  });

  return (operation, listener, signal) =>
    new Promise((resolve) => {
      let isOpen = false;
      const end: typeof resolve = (result) => {
        unlisten();
        clearTimeout(openTimer);
        signal.removeEventListener('abort', stop);
        resolve(result);
      };
      const open = (): void => {
        isOpen = true;
        clearTimeout(openTimer);
        listener.opened();
      };
      const unlisten = client.on('connected', open);
      const openTimer = setTimeout(() => {
        client.terminate();
        end({ kind: 'unopened', error: new UnreachableError('The WebSocket did not open in time.') });
      }, openTimeoutMs);
      const unsubscribe = client.subscribe(operation, {
        next: ({ data, errors }) => listener.next({ data, ...(errors && { errors }) }),
        complete: () => end({ kind: 'complete' }),
        error: (cause) => {
          // The gateway refused the operation. An event stream reports the same as an event with errors, and then completes.
          if (Array.isArray(cause)) {
            listener.next({ errors: cause });
            return end({ kind: 'complete' });
          }
          // After the connection was open the token may merely have expired: the next connection sends a new one.
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

/** How often a ping is sent, in milliseconds; without a pong within openTimeoutMs the connection is lost. */
const pingMs = 20_000;

/** The close codes of graphql-ws for a token that is not accepted. */
const unauthenticated: readonly unknown[] = [4401, 4403];

function readCloseCode(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
}
