import type { ApolloServerPlugin } from '@apollo/server';

import { firstErrors } from './first-errors.js';

/** Few errors where nothing was executed; the status of a limit, and Retry-After, where a resolver refused what is too much or too soon. */
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
          if (status !== undefined) http.status = status;
          if (status !== undefined && typeof retryAfterMs === 'number')
            http.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
        }
      },
    };
  },
};

const statuses: ReadonlyMap<unknown, number> = new Map([
  ['LIMIT_EXCEEDED', 400],
  ['RATE_LIMITED', 429],
  ['OVERLOADED', 503],
]);
