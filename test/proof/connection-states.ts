import type { TaskSourceProblemKind } from '../../src/model/source-problem.js';

/** What can be wrong with new connections to a plane; those that stand stay. */
export type ConnectionState =
  | 'open'
  | 'closed'
  | 'rude'
  | 'no such name'
  | 'no answer to its name'
  | 'full backlog'
  | 'no handshake'
  | 'expired certificate'
  | 'certificate of another host'
  | 'unknown authority';

interface DoorFacts {
  /** For the table. */
  readonly name: string;
  /** What a client is told who comes to it. */
  readonly tells: readonly TaskSourceProblemKind[];
  /** Whether it is proven that nothing was sent: then the client may repeat it. A connection that stood for a moment may have carried bytes. */
  readonly isProof: boolean;
}

export const connectionStates: Readonly<Record<ConnectionState, DoorFacts>> = {
  open: { name: 'none', tells: [], isProof: false },
  closed: { name: 'connection refused', tells: ['UNREACHABLE'], isProof: true },
  rude: { name: 'connection reset as soon as it stands', tells: ['UNREACHABLE'], isProof: false },
  'no such name': { name: 'DNS: no such name', tells: ['UNREACHABLE'], isProof: true },
  'no answer to its name': { name: 'DNS: no answer', tells: ['TIMEOUT'], isProof: true },
  'full backlog': { name: 'connect time-out: full backlog', tells: ['TIMEOUT'], isProof: true },
  'no handshake': { name: 'TLS: no handshake', tells: ['TIMEOUT'], isProof: true },
  'expired certificate': { name: 'TLS: expired certificate', tells: ['TLS'], isProof: true },
  'certificate of another host': { name: 'TLS: certificate of another host', tells: ['TLS'], isProof: true },
  'unknown authority': { name: 'TLS: unknown authority', tells: ['TLS'], isProof: true },
};
