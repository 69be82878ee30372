import type { RequestListener } from 'node:http';

import type { Exchanges } from './exchanges.js';

/** Cuts connections over which more is sent ahead than any client does: each request that waits for those before it is memory. */
export function cutSendersAhead(handle: RequestListener, exchanges: Exchanges): RequestListener {
  return (request, response) => {
    if (exchanges.begin(request, response)) handle(request, response);
  };
}
