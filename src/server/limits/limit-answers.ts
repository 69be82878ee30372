import type { ApolloServerPlugin } from '@apollo/server';

import { firstErrors } from './first-errors.js';

/** Few errors where nothing was executed; 429 or 503 with Retry-After where a resolver refused what came too soon. */
export const limitAnswers: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http } }) {
        if (body.kind !== 'single') return;
        const result = body.singleResult;
        if (result.errors === undefined) return;
        if (result.data === undefined) result.errors = firstErrors(result.errors);
        for (const { extensions } of result.errors) {
          const status = statuses.get(extensions?.['code']);
          const retryAfterMs = extensions?.['retryAfterMs'];
          if (status === undefined || typeof retryAfterMs !== 'number') continue;
          http.status = status;
          http.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
        }
      },
    };
  },
};

const statuses: ReadonlyMap<unknown, number> = new Map([
  ['RATE_LIMITED', 429],
  ['OVERLOADED', 503],
]);
