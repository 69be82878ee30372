import type { TaskSourceProblemKind } from '../../src/model/source-problem.js';

/** What can be wrong with new connections to a plane; established ones stay. */
export type ConnectionState =
  | 'open'
  | 'closed'
  | 'reset at once'
  | 'no such name'
  | 'no answer to its name'
  | 'full backlog'
  | 'no handshake'
  | 'expired certificate'
  | 'certificate of another host'
  | 'unknown authority';

interface ConnectionFacts {
  /** For the table. */
  readonly name: string;
  /** Problem kinds that a client may get. */
  readonly problems: readonly TaskSourceProblemKind[];
  /** Whether this proves that nothing was sent, so that a repetition is safe. A connection that was established for a moment may have carried bytes. */
  readonly isProof: boolean;
}

export const connectionStates: Readonly<Record<ConnectionState, ConnectionFacts>> = {
  open: { name: 'none', problems: [], isProof: false },
  closed: { name: 'connection refused', problems: ['UNREACHABLE'], isProof: true },
  'reset at once': { name: 'connection reset at once', problems: ['UNREACHABLE'], isProof: false },
  'no such name': { name: 'DNS: no such name', problems: ['UNREACHABLE'], isProof: true },
  'no answer to its name': { name: 'DNS: no answer', problems: ['TIMEOUT'], isProof: true },
  'full backlog': { name: 'connect time-out: full backlog', problems: ['TIMEOUT'], isProof: true },
  'no handshake': { name: 'TLS: no handshake', problems: ['TIMEOUT'], isProof: true },
  'expired certificate': { name: 'TLS: expired certificate', problems: ['TLS'], isProof: true },
  'certificate of another host': { name: 'TLS: certificate of another host', problems: ['TLS'], isProof: true },
  'unknown authority': { name: 'TLS: unknown authority', problems: ['TLS'], isProof: true },
};
