import { FullBacklog } from '../full-backlog.js';
import type { Passage } from '../toxic-proxy.js';
import { accepted, expecting, failed, type MatrixFault, notSent, type FaultContext, unknown, unnoticed } from './fault.js';

/** The plane cannot be reached, or is lost on the way. */
export const connectionFaults: readonly MatrixFault[] = [
  {
    number: 1,
    name: 'DNS: no such name',
    reached: 'by name',
    begin: (bed) => relook(bed, () => (bed.host.lookup = 'unknown')),
    expected: expecting(() => ({ ...failed('UNREACHABLE'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 2,
    name: 'DNS: no answer',
    reached: 'by name',
    begin: (bed) => relook(bed, () => (bed.host.lookup = 'hangs')),
    expected: expecting(() => ({ ...failed('TIMEOUT'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 3,
    name: 'connection refused',
    begin: ({ proxy }) => proxy.shut(),
    expected: expecting(() => ({ ...failed('UNREACHABLE'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 4,
    name: 'SYN into a full backlog',
    reached: 'by name',
    begin: async (bed) => {
      const plane = await FullBacklog.start('127.0.0.2', bed.proxy.port);
      bed.atEnd(() => plane.close());
      relook(bed, () => (bed.host.lookup = { address: '127.0.0.2' }));
    },
    expected: expecting(() => ({ ...failed('TIMEOUT'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 5,
    name: 'accepts and never answers',
    begin: toxin(() => undefined),
    expected: expecting(() => ({ ...failed('TIMEOUT'), mutation: unknown })),
    breaker: 'opens',
  },
  {
    number: 6,
    name: 'RST after the request',
    begin: toxin(({ socket }) => socket.resetAndDestroy()),
    expected: expecting(() => ({ ...failed('UNREACHABLE'), mutation: unknown })),
    breaker: 'opens',
  },
  {
    number: 7,
    name: 'FIN on a connection that was kept',
    begin: toxin((passage) => (passage.nth > 0 ? passage.socket.destroy() : passage.pass())),
    expected: expecting(() => ({ ...unnoticed, mutation: accepted })),
    breaker: 'either',
  },
  {
    number: 8,
    name: 'headers, then silence',
    begin: toxin(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n')),
    // The status of an action stands, whatever becomes of the rest of its answer.
    expected: expecting(() => ({ ...failed('TIMEOUT'), mutation: accepted })),
    breaker: 'opens',
  },
  {
    number: 9,
    name: 'body cut short',
    begin: toxin(({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"items": [')),
    expected: expecting(() => ({ ...failed('UNREACHABLE'), mutation: accepted })),
    breaker: 'opens',
  },
  {
    number: 10,
    name: 'body of one byte in 100 ms, for ever',
    begin: (bed) => {
      bed.proxy.toxin = ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
        bed.proxy.every(100, () => void (socket.writable && socket.write('1\r\n \r\n')));
      };
    },
    expected: expecting(() => ({ ...failed('TIMEOUT'), mutation: accepted })),
    breaker: 'opens',
  },
  {
    number: 29,
    name: 'slow, twice the deadline',
    begin: (bed) => {
      bed.proxy.toxin = (passage) => bed.proxy.after(2_000, () => void (passage.socket.writable && passage.pass()));
    },
    expected: expecting(() => ({ ...failed('TIMEOUT'), mutation: unknown })),
    breaker: 'opens',
  },
  {
    number: 36,
    name: 'certificate expired, of another host, of an unknown authority',
    reached: 'with TLS',
    begin: ({ proxy, badCertificates, kind }) => {
      const bad = badCertificates[['catalog', 'astra', 'vcf'].indexOf(kind)];
      if (bad !== undefined) proxy.show(bad);
    },
    expected: expecting(() => ({ ...failed('TLS'), mutation: notSent })),
    breaker: 'opens',
  },
];

function toxin(act: (passage: Passage) => unknown): MatrixFault['begin'] {
  return ({ proxy }) => {
    proxy.toxin = act;
  };
}

function relook({ proxy }: FaultContext, change: () => unknown): void {
  change();
  proxy.drop();
}
