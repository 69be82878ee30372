import { FullBacklog } from '../full-backlog.js';
import type { ProxiedRequest } from '../toxic-proxy.js';
import { accepted, expectOutcomes, failed, type MatrixFault, notSent, type FaultContext, unknown, unaffected } from './fault.js';

/** The plane cannot be reached, or its connection breaks. */
export const connectionFaults: readonly MatrixFault[] = [
  {
    number: 1,
    name: 'DNS: no such name',
    reached: 'by name',
    begin: (context) => changeLookup(context, () => (context.host.lookup = 'unknown')),
    expected: expectOutcomes(() => ({ ...failed('UNREACHABLE'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 2,
    name: 'DNS: no answer',
    reached: 'by name',
    begin: (context) => changeLookup(context, () => (context.host.lookup = 'hangs')),
    expected: expectOutcomes(() => ({ ...failed('TIMEOUT'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 3,
    name: 'connection refused',
    begin: ({ proxy }) => proxy.shut(),
    expected: expectOutcomes(() => ({ ...failed('UNREACHABLE'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 4,
    name: 'SYN into a full backlog',
    reached: 'by name',
    begin: async (context) => {
      const plane = await FullBacklog.start('127.0.0.2', context.proxy.port);
      context.atEnd(() => plane.close());
      changeLookup(context, () => (context.host.lookup = { address: '127.0.0.2' }));
    },
    expected: expectOutcomes(() => ({ ...failed('TIMEOUT'), mutation: notSent })),
    breaker: 'opens',
  },
  {
    number: 5,
    name: 'accepts and never answers',
    begin: toxin(() => undefined),
    expected: expectOutcomes(() => ({ ...failed('TIMEOUT'), mutation: unknown })),
    breaker: 'opens',
  },
  {
    number: 6,
    name: 'RST after the request',
    begin: toxin(({ socket }) => socket.resetAndDestroy()),
    expected: expectOutcomes(() => ({ ...failed('UNREACHABLE'), mutation: unknown })),
    breaker: 'opens',
  },
  {
    number: 7,
    name: 'FIN on a persistent connection',
    begin: toxin((proxied) => (proxied.nth > 0 ? proxied.socket.destroy() : proxied.pass())),
    expected: expectOutcomes(() => ({ ...unaffected, mutation: accepted })),
    breaker: 'either',
  },
  {
    number: 8,
    name: 'headers, then silence',
    begin: toxin(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n')),
    // The status of an action counts, whatever happens to the rest of its response.
    expected: expectOutcomes(() => ({ ...failed('TIMEOUT'), mutation: accepted })),
    breaker: 'opens',
  },
  {
    number: 9,
    name: 'body cut short',
    begin: toxin(({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"items": [')),
    expected: expectOutcomes(() => ({ ...failed('UNREACHABLE'), mutation: accepted })),
    breaker: 'opens',
  },
  {
    number: 10,
    name: 'an endless body, one byte in 100 ms',
    begin: (context) => {
      context.proxy.toxin = ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
        context.proxy.every(100, () => void (socket.writable && socket.write('1\r\n \r\n')));
      };
    },
    expected: expectOutcomes(() => ({ ...failed('TIMEOUT'), mutation: accepted })),
    breaker: 'opens',
  },
  {
    number: 29,
    name: 'slow, twice the deadline',
    begin: (context) => {
      context.proxy.toxin = (proxied) => context.proxy.after(2_000, () => void (proxied.socket.writable && proxied.pass()));
    },
    expected: expectOutcomes(() => ({ ...failed('TIMEOUT'), mutation: unknown })),
    breaker: 'opens',
  },
  {
    number: 36,
    name: 'certificate expired, of another host, of an unknown authority',
    reached: 'with TLS',
    begin: ({ proxy, badCertificates, kind }) => {
      const bad = badCertificates[['catalog', 'astra', 'vcf'].indexOf(kind)];
      if (bad !== undefined) proxy.useCertificate(bad);
    },
    expected: expectOutcomes(() => ({ ...failed('TLS'), mutation: notSent })),
    breaker: 'opens',
  },
];

function toxin(act: (proxied: ProxiedRequest) => unknown): MatrixFault['begin'] {
  return ({ proxy }) => {
    proxy.toxin = act;
  };
}

function changeLookup({ proxy }: FaultContext, change: () => unknown): void {
  change();
  proxy.drop();
}
