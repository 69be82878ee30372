import { buildPlaneError, type PlaneKind } from '../../support/plane-errors.js';
import type { ProxiedRequest } from '../toxic-proxy.js';
import { accepted, type Expectations, expectOutcomes, failed, type MatrixFault, notSent, refused, unknown, unaffected } from './fault.js';

/** An error of the plane, in its own form, that must not leak: text of the plane, and the credentials that it received. */
const buildErrorBody = (kind: PlaneKind, status: number, { authorization }: ProxiedRequest): string =>
  JSON.stringify(
    buildPlaneError(kind, status, {
      message: `canary-words ${authorization} https://canary.example/?token=canary-query`,
      detail: 'canary-words',
      title: 'canary-words',
    }),
  );

const json = { 'content-type': 'application/json' };

const respondWith = (status: number, headers: Readonly<Record<string, string>> = {}): MatrixFault['begin'] => {
  return ({ proxy, kind }) => {
    proxy.toxin = (proxied) => proxied.send(status, { ...json, ...headers }, buildErrorBody(kind, status, proxied));
  };
};

const http = (mutation: Expectations['mutation']): MatrixFault['expected'] =>
  expectOutcomes(() => ({ ...failed('HTTP_STATUS'), mutation }));

/** The plane responds with an error status. */
export const statusFaults: readonly MatrixFault[] = [
  { number: 11, name: '500', begin: respondWith(500), expected: http(unknown), breaker: 'opens' },
  { number: 12, name: '502 of a proxy', begin: respondWith(502, { server: 'canary-proxy' }), expected: http(unknown), breaker: 'opens' },
  { number: 13, name: '503 without Retry-After', begin: respondWith(503), expected: http(unknown), breaker: 'opens' },
  {
    number: 14,
    name: '503 once, Retry-After 1 s',
    settings: { timeoutMs: 2_500 },
    begin: ({ proxy, kind }) => {
      let requests = 0;
      proxy.toxin = (proxied) => {
        if (requests++ > 0) return proxied.pass();
        return proxied.send(503, { ...json, 'retry-after': '1' }, buildErrorBody(kind, 503, proxied));
      };
    },
    expected: expectOutcomes(() => ({ ...unaffected, mutation: unknown })),
    breaker: 'either',
  },
  {
    number: 15,
    name: '429, Retry-After of an hour',
    begin: respondWith(429, { 'retry-after': '3600' }),
    expected: expectOutcomes(() => ({ ...failed('RATE_LIMITED'), mutation: notSent })),
    breaker: 'stays closed',
  },
  {
    number: 16,
    name: '401 once',
    begin: ({ proxy, kind }) => {
      const stale = proxy.arrivals.findLast(({ authorization }) => authorization?.startsWith('Bearer '))?.authorization;
      let refusals = 0;
      proxy.toxin = (proxied) => {
        // The token of Astra is configured: there is no second one.
        const isRefused = kind === 'astra' ? refusals++ === 0 : proxied.authorization === stale;
        return isRefused ? proxied.send(401, json, buildErrorBody(kind, 401, proxied)) : proxied.pass();
      };
    },
    expected: expectOutcomes((kind) =>
      kind === 'astra' ? { ...refused('UNAUTHENTICATED'), mutation: accepted } : { ...unaffected, mutation: accepted },
    ),
    breaker: 'stays closed',
    sends: 2,
  },
  {
    number: 17,
    name: '401 always',
    begin: respondWith(401),
    expected: expectOutcomes(() => ({ ...refused('UNAUTHENTICATED'), mutation: notSent })),
    breaker: 'stays closed',
    sends: 2,
  },
  {
    number: 18,
    name: '403',
    begin: respondWith(403),
    expected: expectOutcomes(() => ({ ...refused('FORBIDDEN'), mutation: notSent })),
    breaker: 'stays closed',
  },
  {
    number: 19,
    name: '404',
    begin: respondWith(404),
    expected: expectOutcomes((kind) => ({
      ...failed('NOT_FOUND'),
      // The catalog is read task by task, where 404 means that a task no longer exists.
      ...(kind === 'catalog' && { list: ['ANSWERED'], subscription: ['QUIET'] }),
      // A forgotten task is served from the history; for Astra, 404 means that the path does not exist.
      get: ['STALE'],
      mutation: ['REJECTED TaskNotFoundError'],
    })),
    breaker: 'stays closed',
  },
  {
    number: 20,
    name: '409 to the action',
    begin: ({ proxy, kind }) => {
      proxy.toxin = (proxied) => (proxied.method === 'GET' ? proxied.pass() : proxied.send(409, json, buildErrorBody(kind, 409, proxied)));
    },
    expected: expectOutcomes(() => ({ list: null, get: null, subscription: null, mutation: ['REJECTED TaskConflictError'] })),
    breaker: 'stays closed',
  },
  {
    number: 21,
    name: '307 to another host',
    begin: ({ proxy, kind, otherOrigin }) => {
      proxy.toxin = (proxied) => proxied.send(307, { location: `${otherOrigin}/latest/meta-data/` }, buildErrorBody(kind, 307, proxied));
    },
    expected: http(unknown),
    breaker: 'opens',
  },
  {
    number: 30,
    name: '30 % of the answers are 500',
    settings: { timeoutMs: 1_500 },
    begin: ({ proxy, kind, random }) => {
      proxy.toxin = (proxied) => (random() < 0.3 ? proxied.send(500, json, buildErrorBody(kind, 500, proxied)) : proxied.pass());
    },
    // All three attempts fail in one of 37 reads.
    expected: expectOutcomes(() => ({
      list: [...(unaffected.list ?? []), 'ANSWERED in part HTTP_STATUS', 'STALE HTTP_STATUS'],
      get: ['TASK', 'STALE'],
      subscription: ['QUIET', 'DOWN'],
      mutation: ['ACCEPTED', ...unknown],
    })),
    breaker: 'either',
  },
  {
    number: 31,
    name: '503 in alternating intervals',
    begin: ({ proxy, kind }) => {
      const startedAt = performance.now();
      proxy.toxin = (proxied) =>
        Math.floor((performance.now() - startedAt) / 200) % 2 === 0
          ? proxied.send(503, json, buildErrorBody(kind, 503, proxied))
          : proxied.pass();
    },
    expected: expectOutcomes(() => ({
      list: [...(unaffected.list ?? []), ...(failed('HTTP_STATUS').list ?? []), 'ANSWERED in part HTTP_STATUS'],
      get: ['TASK', 'STALE'],
      subscription: ['QUIET', 'DOWN'],
      mutation: ['ACCEPTED', ...unknown],
    })),
    breaker: 'either',
  },
  {
    number: 37,
    name: 'failing until the breaker is open, then recovered',
    begin: async (context) => {
      context.proxy.toxin = (proxied) => proxied.send(500, json, buildErrorBody(context.kind, 500, proxied));
      if (context.operation === 'mutation' || context.operation === 'subscription') return;
      for (let reads = 0; reads < 12; reads++) await context.read();
      context.proxy.toxin = null;
      context.wait(60_000);
    },
    // The action is sent while the breaker is closed; the reads follow after the recovery.
    expected: expectOutcomes(() => ({ ...unaffected, subscription: ['DOWN'], mutation: unknown })),
    breaker: 'either',
  },
];
