import type { FastifyBaseLogger } from 'fastify';

import type { Log } from '../task/log.js';

/** The log as lines of JSON: a warning when a source gets worse, information when it recovers, and one line an action. */
export function logLines(logger: FastifyBaseLogger): Log {
  return {
    sourceChanged: ({ sourceName, state, problem, causeCode }) => {
      if (problem === null) return logger.info({ source: sourceName }, `${sourceName} answers again.`);
      const { kind, httpStatus, message } = problem;
      const words = state === 'fails' ? 'fails' : 'answers in part';
      logger.warn({ source: sourceName, problem: kind, httpStatus, causeCode }, `${sourceName} ${words}: ${message}`);
    },
    acted: (action) => logger.info(action, `${action.mutation} was ${action.outcome}.`),
  };
}
