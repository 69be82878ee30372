// The servers that the benchmark compares.
import { createHash } from 'node:crypto';

import { buildTailcallQuery } from './job.mjs';
import { startGateway, startScript } from './processes.mjs';

const key = 'a-key-of-the-benchmark-of-38-characters';
const auth = {
  mode: 'keys',
  keys: [{ id: 'bench', sha256: createHash('sha256').update(key).digest('hex') }],
  grants: [{ who: 'key:bench', actions: ['read'], sources: ['*'] }],
};
/** All limits are on; the caller may send as many operations, over as many connections, as the load generator can. */
const limits = { operationsPerSecond: 1_000_000, sockets: 20_000 };

/**
 * The gateway in front of the planes, as `tributary serve` starts it. `list` repeats the sources that have lists; more of `configuration` is
 * added to that of the gateway.
 */
function tributary({ store = 'memory', maxAgeMs, hasKeys = false, lists = 1, sourceSettings = {}, ...configuration }, more = {}) {
  const start = ({ catalog, astra, vcf, accountId, catalogIds, token }, { node, execArgv }) => {
    const nameOf = (kind, index) => (index === 0 ? kind : `${kind}-${index}`);
    const listSources = Array.from({ length: lists }, (_, index) => [
      { name: nameOf('astra', index), kind: 'astra', url: astra, accountId, credentials: { token }, ...sourceSettings },
      { name: nameOf('vcf', index), kind: 'vcf', url: vcf, credentials: { username: token, password: token }, ...sourceSettings },
    ]);
    return startGateway(
      {
        server: { host: '127.0.0.1', port: 0 },
        auth: hasKeys ? auth : { mode: 'none' },
        store: { kind: store },
        reads: { maxAgeMs },
        limits,
        ...configuration,
        sources: [
          { name: 'catalog', kind: 'catalog', url: catalog, zoneId: 'z', tasks: catalogIds, credentials: { token } },
          ...listSources.flat(),
        ],
      },
      { node, execArgv },
    );
  };
  return { start, headers: hasKeys ? { authorization: `Bearer ${key}` } : {}, gives: 'data', ...more };
}

/** A server of the folder `contenders`. */
function server(name, args, more) {
  return {
    start: (planes, { node, answer }) =>
      startScript(`contenders/${name}.mjs`, [planes, ...args], { core: 'server', node, first: more.needsAnswer ? { answer } : undefined }),
    headers: {},
    gives: 'data',
    ...more,
  };
}

/** The URLs of the job: 20 Catalog tasks, a list of Astra and one of VCF. The gateway also asks VCF for its list of credentials tasks. */
const urls = 22;
export const gatewayUrls = 23;

/** The most requests to the planes for some operations that are sent at once and answered within so many seconds. */
const mostCalls = {
  anew: ({ operations }) => urls * operations,
  aged: ({ seconds }) => gatewayUrls * (1 + Math.floor(seconds)),
  none: () => 0,
};

/**
 * The contenders by name. `gives` says what is compared with the others: "data" is the same data, "ids" the same tasks only, because the
 * contender does less. `mostCalls` says how often it may ask the planes. One that `isInstalled` comes from the
 * packages of the folder `contenders`, one that `isOptional` may not start, and one that `isVariant` is measured
 * only with the job as it is, or where it was named.
 */
export const contenders = {
  naive: server('build/naive', [], { mostCalls: mostCalls.anew, isInstalled: true }),
  'graphql-yoga': server('yoga', [], { mostCalls: mostCalls.anew, isInstalled: true, isVariant: true }),
  'mercurius + JIT': server('mercurius', [], { mostCalls: mostCalls.anew, isInstalled: true }),
  Tailcall: server('tailcall', [], {
    gives: 'ids',
    mostCalls: mostCalls.anew,
    isInstalled: true,
    isOptional: true,
    buildBody: ({ catalogIds }) => JSON.stringify({ query: buildTailcallQuery(catalogIds) }),
  }),
  'floor (bare proxy)': server('proxy', [], { gives: 'ids', mostCalls: mostCalls.anew }),
  'Tributary anew, memory': tributary({ maxAgeMs: 0 }, { mostCalls: mostCalls.anew, isVariant: true }),
  'Tributary anew, SQLite': tributary({ maxAgeMs: 0, store: 'sqlite' }, { mostCalls: mostCalls.anew, isVariant: true }),
  'Tributary anew, memory, keys': tributary({ maxAgeMs: 0, hasKeys: true }, { mostCalls: mostCalls.anew }),
  'Tributary anew, SQLite, keys': tributary(
    { maxAgeMs: 0, store: 'sqlite', hasKeys: true },
    { mostCalls: mostCalls.anew, isVariant: true },
  ),
  'mercurius + JIT, 1 s cache': server('mercurius', ['cached'], { mostCalls: mostCalls.aged, isInstalled: true }),
  'Tributary aged, memory': tributary({ maxAgeMs: 1_000 }, { mostCalls: mostCalls.aged, isVariant: true }),
  'Tributary aged, SQLite': tributary({ maxAgeMs: 1_000, store: 'sqlite' }, { mostCalls: mostCalls.aged, isVariant: true }),
  'Tributary aged, memory, keys': tributary({ maxAgeMs: 1_000, hasKeys: true }, { mostCalls: mostCalls.aged }),
  'Tributary aged, SQLite, keys': tributary({ maxAgeMs: 1_000, store: 'sqlite', hasKeys: true }, { mostCalls: mostCalls.aged }),
  'Tributary aged, memory, keys, GET': tributary(
    { maxAgeMs: 1_000, hasKeys: true },
    { mostCalls: mostCalls.aged, isVariant: true, method: 'GET' },
  ),
  'Tributary aged, memory, keys, GET with ETag': tributary(
    { maxAgeMs: 1_000, hasKeys: true },
    { mostCalls: mostCalls.aged, isVariant: true, method: 'GET', revalidates: true, isOptional: true },
  ),
  'ready bytes': server('ready-bytes', [], { needsAnswer: true, mostCalls: mostCalls.none, isVariant: true }),
};

/** A gateway whose cached data hardly ages, so that reads of the planes happen only where a query asks for them. */
export function gatewayForGrowth(lists) {
  const hour = 3_600_000;
  const sourceSettings = { maxBodyMb: 0, timeoutMs: 300_000, poll: { activeMs: hour, idleMs: hour, fullMs: hour } };
  const reads = { maxAgeMs: hour, waitMs: 600_000 };
  return tributary({ reads, hasKeys: true, lists, sourceSettings });
}
