import type { FastifyBaseLogger } from 'fastify';

import type { ReplicaRole } from '../ledger/replica-role.js';

/** Tells the log who polls a source, whenever that changes for this process. */
export function roleLines(logger: FastifyBaseLogger): (sourceName: string, role: ReplicaRole) => void {
  return (source, role) => {
    const line = { source, role };
    if (role === 'alone') logger.warn(line, `The store is away: this process polls ${source} by itself, as all others do.`);
    else logger.info(line, `This process ${words[role]} ${source}.`);
  };
}

const words = { idle: 'no longer follows', polls: 'polls, for all processes,', follows: 'leaves it to another process to poll' } as const;
