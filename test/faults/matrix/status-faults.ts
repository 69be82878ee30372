import type { Passage } from '../toxic-proxy.js';
import { accepted, type Expectations, expecting, failed, type MatrixFault, notSent, refused, unknown, unnoticed } from './fault.js';

/** What a plane says in its error bodies, and nobody may hear: words of its own, and what it was sent. */
const words = ({ authorization }: Passage): string =>
  JSON.stringify({
    message: `canary-words ${authorization} https://canary.example/?token=canary-query`,
    detail: 'canary-words',
    title: 'canary-words',
  });

const json = { 'content-type': 'application/json' };

const answers = (status: number, headers: Readonly<Record<string, string>> = {}): MatrixFault['begin'] => {
  return ({ proxy }) => {
    proxy.toxin = (passage) => passage.send(status, { ...json, ...headers }, words(passage));
  };
};

const http = (mutation: Expectations['mutation']): MatrixFault['expected'] => expecting(() => ({ ...failed('HTTP_STATUS'), mutation }));

/** The plane answers, with a status that is no good. */
export const statusFaults: readonly MatrixFault[] = [
  { number: 11, name: '500', begin: answers(500), expected: http(unknown), breaker: 'opens' },
  { number: 12, name: '502 of a proxy', begin: answers(502, { server: 'canary-proxy' }), expected: http(unknown), breaker: 'opens' },
  { number: 13, name: '503 without Retry-After', begin: answers(503), expected: http(unknown), breaker: 'opens' },
  {
    number: 14,
    name: '503 once, Retry-After 1 s',
    settings: { timeoutMs: 2_500 },
    begin: ({ proxy }) => {
      let requests = 0;
      proxy.toxin = (passage) => {
        if (requests++ > 0) return passage.pass();
        return passage.send(503, { ...json, 'retry-after': '1' }, words(passage));
      };
    },
    expected: expecting(() => ({ ...unnoticed, mutation: unknown })),
    breaker: 'either',
  },
  {
    number: 15,
    name: '429, Retry-After of an hour',
    begin: answers(429, { 'retry-after': '3600' }),
    expected: expecting(() => ({ ...failed('RATE_LIMITED'), mutation: notSent })),
    breaker: 'stays closed',
  },
  {
    number: 16,
    name: '401 once',
    begin: ({ proxy, kind }) => {
      const stale = proxy.arrivals.findLast(({ authorization }) => authorization?.startsWith('Bearer '))?.authorization;
      let refusals = 0;
      proxy.toxin = (passage) => {
        // The token of Astra is for ever: a second one cannot be had.
        const isRefused = kind === 'astra' ? refusals++ === 0 : passage.authorization === stale;
        return isRefused ? passage.send(401, json, words(passage)) : passage.pass();
      };
    },
    expected: expecting((kind) =>
      kind === 'astra' ? { ...refused('UNAUTHENTICATED'), mutation: accepted } : { ...unnoticed, mutation: accepted },
    ),
    breaker: 'stays closed',
    sends: 2,
  },
  {
    number: 17,
    name: '401 always',
    begin: answers(401),
    expected: expecting(() => ({ ...refused('UNAUTHENTICATED'), mutation: notSent })),
    breaker: 'stays closed',
    sends: 2,
  },
  {
    number: 18,
    name: '403',
    begin: answers(403),
    expected: expecting(() => ({ ...refused('FORBIDDEN'), mutation: notSent })),
    breaker: 'stays closed',
  },
  {
    number: 19,
    name: '404',
    begin: answers(404),
    expected: expecting((kind) => ({
      ...failed('NOT_FOUND'),
      // The catalog is asked for each task: 404 is what it says of one that is gone.
      ...(kind === 'catalog' && { list: ['ANSWERED'], subscription: ['QUIET'] }),
      // A task that its plane has forgotten is what the history knows of it; to Astra, this 404 is that of a path that is not there.
      get: ['STALE'],
      mutation: ['REJECTED TaskNotFoundError'],
    })),
    breaker: 'stays closed',
  },
  {
    number: 20,
    name: '409 to the action',
    begin: ({ proxy }) => {
      proxy.toxin = (passage) => (passage.method === 'GET' ? passage.pass() : passage.send(409, json, words(passage)));
    },
    expected: expecting(() => ({ list: null, get: null, subscription: null, mutation: ['REJECTED TaskConflictError'] })),
    breaker: 'stays closed',
  },
  {
    number: 21,
    name: '307 to another host',
    begin: ({ proxy, elsewhere }) => {
      proxy.toxin = (passage) => passage.send(307, { location: `${elsewhere}/latest/meta-data/` }, words(passage));
    },
    expected: http(unknown),
    breaker: 'opens',
  },
  {
    number: 30,
    name: '30 % of the answers are 500',
    settings: { timeoutMs: 1_500 },
    begin: ({ proxy, chance }) => {
      proxy.toxin = (passage) => (chance() < 0.3 ? passage.send(500, json, words(passage)) : passage.pass());
    },
    // Three attempts fail once in 37 reads: then it is as with any failure.
    expected: expecting(() => ({
      list: [...(unnoticed.list ?? []), 'ANSWERED in part HTTP_STATUS', 'STALE HTTP_STATUS'],
      get: ['TASK', 'STALE'],
      subscription: ['QUIET', 'DOWN'],
      mutation: ['ACCEPTED', ...unknown],
    })),
    breaker: 'either',
  },
  {
    number: 31,
    name: 'comes and goes',
    begin: ({ proxy }) => {
      const begun = performance.now();
      proxy.toxin = (passage) =>
        Math.floor((performance.now() - begun) / 200) % 2 === 0 ? passage.send(503, json, words(passage)) : passage.pass();
    },
    expected: expecting(() => ({
      list: [...(unnoticed.list ?? []), ...(failed('HTTP_STATUS').list ?? []), 'ANSWERED in part HTTP_STATUS'],
      get: ['TASK', 'STALE'],
      subscription: ['QUIET', 'DOWN'],
      mutation: ['ACCEPTED', ...unknown],
    })),
    breaker: 'either',
  },
  {
    number: 37,
    name: 'dead until the breaker is open, then back',
    begin: async (bed) => {
      bed.proxy.toxin = (passage) => passage.send(500, json, words(passage));
      if (bed.operation === 'mutation' || bed.operation === 'subscription') return;
      for (let reads = 0; reads < 12; reads++) await bed.read();
      bed.proxy.toxin = null;
      bed.wait(60_000);
    },
    // An action is sent while the breaker is not open yet; the rest is read after the plane is back.
    expected: expecting(() => ({ ...unnoticed, subscription: ['DOWN'], mutation: unknown })),
    breaker: 'either',
  },
];
