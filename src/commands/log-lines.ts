import type { FastifyBaseLogger } from 'fastify';

import type { Log } from '../task/log.js';

/** The log as lines of JSON: a warning when a source gets worse, information when it recovers, one line an action, and a warning for refusals that are too many. */
export function logLines(logger: FastifyBaseLogger): Log {
  return {
    sourceChanged: ({ sourceName, state, problem, causeCode }) => {
      if (problem === null) return logger.info({ source: sourceName }, `${sourceName} answers again.`);
      const { kind, httpStatus, message } = problem;
      const words = state === 'fails' ? 'fails' : 'answers in part';
      logger.warn({ source: sourceName, problem: kind, httpStatus, causeCode }, `${sourceName} ${words}: ${message}`);
    },
    acted: (action) => logger.info(action, `${action.mutation} was ${action.outcome}.`),
    refused: ({ caller, since, refused }) => {
      const count = refused.reduce((sum, one) => sum + one.count, 0);
      logger.warn({ caller, since: new Date(since).toISOString(), refused }, `Of ${caller}, ${count} more actions were refused.`);
    },
  };
}
