import { createClient } from 'graphql-ws/client';

import type { Origin } from './origin.js';
import { openingMs, type Transport } from './transport.js';
import { UnauthenticatedError } from './unauthenticated-error.js';
import { UnreachableError } from './unreachable-error.js';

/** Subscriptions over one WebSocket, which is open as long as there are any. */
export function createSocketTransport({ url, headers }: Origin, webSocketImpl: unknown): Transport {
  let isConnected = false;
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl,
    connectionParams: headers,
    retryAttempts: 0,
    keepAlive: pingMs,
    connectionAckWaitTimeout: openingMs,
    on: {
      connected: () => {
        isConnected = true;
      },
      ping: (isReceived) => {
        if (!isReceived) unanswered = setTimeout(() => client.terminate(), openingMs);
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
        end({ is: 'unopened', error: new UnreachableError('The WebSocket did not open in time.') });
      }, openingMs);
      const unsubscribe = client.subscribe(operation, {
        next: ({ data, errors }) => sink.next({ data, ...(errors && { errors }) }),
        complete: () => end({ is: 'complete' }),
        error: (cause) => {
          // Errors in place of a first event; as an event stream tells them.
          if (Array.isArray(cause)) {
            sink.next({ errors: cause });
            return end({ is: 'complete' });
          }
          // Later, the token may only have grown old: a new one is sent with the next connection.
          if (!isOpen && unauthenticated.includes(codeOf(cause))) return end({ is: 'refused', error: new UnauthenticatedError() });
          const error = new UnreachableError(isOpen ? 'The WebSocket was closed.' : 'The WebSocket cannot be opened.', cause);
          end({ is: isOpen ? 'lost' : 'unopened', error });
        },
      });
      const stop = (): void => {
        unsubscribe();
        end({ is: 'complete' });
      };
      signal.addEventListener('abort', stop);
      if (isConnected) open();
    });
}

/** Milliseconds from the last sign of life until one is asked for. */
const pingMs = 20_000;

/** Codes of the protocol with which a gateway closes that does not accept the token. */
const unauthenticated: readonly unknown[] = [4401, 4403];

function codeOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
}
