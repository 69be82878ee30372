import { createHash } from 'node:crypto';

import { expect, test } from '@jest/globals';
import { type DocumentNode, parse } from 'graphql';

import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import type { EventAnswer } from '../../../src/server/subscriptions/event-answer.js';
import { SharedAnswers } from '../../../src/server/subscriptions/subscription-caches.js';
import type { Json } from '../../support/post.js';
import { type LiveServer, startLiveServer } from './live-server.js';
import { readStream } from './read-stream.js';
import { SocketClient } from './socket-client.js';

const query = 'subscription ($n: Int) { messages(times: $n) { text mayReadSecrets counted } }';
const otherQuery = 'subscription ($n: Int) { messages(times: $n) { other: text counted } }';

/** A subscriber, and what is right for it: the text of an event is told `times` times. */
interface Case {
  readonly key: string;
  readonly transport: 'socket' | 'stream';
  readonly query: string;
  readonly times: number;
  readonly data: (text: string) => Json;
}

const secrets = (text: string): Json => ({ messages: { text, mayReadSecrets: true, counted: 'counted' } });
const noSecrets = (text: string): Json => ({ messages: { text, mayReadSecrets: false, counted: 'counted' } });
const other = (text: string): Json => ({ messages: { other: text, counted: 'counted' } });
const cases: readonly Case[] = [
  { key: 'first', transport: 'socket', query, times: 1, data: secrets },
  { key: 'first', transport: 'stream', query, times: 1, data: secrets },
  // Another caller with the same rights.
  { key: 'second', transport: 'socket', query, times: 1, data: secrets },
  { key: 'limited', transport: 'socket', query, times: 1, data: noSecrets },
  { key: 'limited', transport: 'stream', query, times: 1, data: noSecrets },
  { key: 'first', transport: 'socket', query, times: 2, data: secrets },
  { key: 'first', transport: 'socket', query: otherQuery, times: 1, data: other },
  { key: 'second', transport: 'stream', query: otherQuery, times: 1, data: other },
];
/** How many of them have another document, other variables or other rights than those before them. */
const groups = 4;

let now = 0;

function createAuthenticator(): Authenticator {
  now = Date.UTC(2026, 0);
  const keys = ['first', 'second', 'limited', 'ending'].map((id) => ({
    id,
    sha256: createHash('sha256').update(id).digest('hex'),
    expiresAt: id === 'ending' ? now + 1_000 : null,
    roles: [],
  }));
  const all = { actions: ['read'], sources: ['*'] } as const;
  const grants = [
    ...['first', 'second', 'ending'].map((id) => ({ who: `key:${id}`, ...all })),
    { who: 'key:limited', actions: ['read'] as const, sources: ['public'] },
  ];
  const fetchPublicDocument = (): Promise<never> => Promise.reject(new Error('Nothing is read.'));
  return new Authenticator({ access: { mode: 'keys', keys, grants }, trustedProxies: [], fetchPublicDocument, now: () => now });
}

/** Subscribes; the returned function resolves with the payload of the next event. */
async function subscribe(server: LiveServer, { key, transport, query: text, times }: Case): Promise<() => Promise<Json>> {
  const before = server.feed.count;
  const headers = { authorization: `Bearer ${key}` };
  if (transport === 'stream') {
    const stream = await readStream(server.host, { headers, body: { query: text, variables: { n: times } } });
    await server.feed.until(before + 1);
    return () => stream.nextData();
  }
  const client = await SocketClient.connect(server.host, { headers });
  client.subscribe(`${key} ${times}`, text, { n: times });
  await server.feed.until(before + 1);
  return async () => {
    const { id, type, payload } = await client.next();
    return id === `${key} ${times}` && type === 'next' ? payload : { id, type, payload };
  };
}

/** What is wrong with the answers of all subscribers to two events, and how often these were executed and serialised. */
async function findMistakes(eventAnswers: SharedAnswers<EventAnswer>): Promise<readonly string[]> {
  const server = await startLiveServer({ authenticator: createAuthenticator(), eventAnswers });
  try {
    const subscribers = [];
    for (const one of cases) subscribers.push({ ...one, next: await subscribe(server, one) });
    const mistakes: string[] = [];
    for (const text of ['one', 'two']) {
      const before = { ...server.counts };
      server.feed.push({ toString: () => text });
      for (const [place, { data, times, next }] of subscribers.entries()) {
        const expected = JSON.stringify({ data: data(text.repeat(times)) });
        const payload = JSON.stringify(await next());
        if (payload !== expected) mistakes.push(`${place}: ${payload}`);
      }
      const { executions, serialisations } = server.counts;
      if (executions - before.executions !== groups) mistakes.push(`${executions - before.executions} executions`);
      if (serialisations - before.serialisations !== groups) mistakes.push(`${serialisations - before.serialisations} serialisations`);
    }
    return mistakes;
  } finally {
    await server.app.close();
  }
}

test('An event is executed and serialised once for all with the same document, variables and rights, and each gets its own.', async () => {
  expect(await findMistakes(new SharedAnswers())).toEqual([]);
});

type Create = () => EventAnswer | Promise<EventAnswer>;

/** Answers that are shared in a wrong way: `mistake` changes by what they are kept. */
class WronglySharedAnswers extends SharedAnswers<EventAnswer> {
  readonly #mistake: (event: unknown, document: DocumentNode, key: string) => readonly [unknown, DocumentNode, string];

  constructor(mistake: (event: unknown, document: DocumentNode, key: string) => readonly [unknown, DocumentNode, string]) {
    super();
    this.#mistake = mistake;
  }

  override getOrCreate(event: unknown, document: DocumentNode, key: string, create: Create): EventAnswer | Promise<EventAnswer> {
    return super.getOrCreate(...this.#mistake(event, document, key), create);
  }
}

const [sameEvent, sameDocument] = [{}, parse('{ __typename }')];

test.each([
  ['the rights left out', new WronglySharedAnswers((event, document, key) => [event, document, key.slice(0, key.lastIndexOf(' '))])],
  ['the variables left out', new WronglySharedAnswers((event, document, key) => [event, document, key.slice(key.lastIndexOf(' '))])],
  ['the document left out', new WronglySharedAnswers((event, _document, key) => [event, sameDocument, key])],
  ['the event left out', new WronglySharedAnswers((_event, document, key) => [sameEvent, document, key])],
  ['nothing shared', new WronglySharedAnswers((event, document, key) => [{ event }, document, key])],
])('The test above detects answers with %s.', async (_, answers) => {
  expect(await findMistakes(answers)).not.toEqual([]);
});

test('One whose credential ends gets no more data, one that reads late gets every event, and both leave the others alone.', async () => {
  const server = await startLiveServer({ authenticator: createAuthenticator() });
  const common = { query, times: 1, data: secrets } as const;
  const nextOfEnding = await subscribe(server, { key: 'ending', transport: 'socket', ...common });
  const next = await subscribe(server, { key: 'first', transport: 'socket', ...common });
  const late = await SocketClient.connect(server.host, { headers: { authorization: 'Bearer first' } });
  late.subscribe('late', query, { n: 1 });
  await server.feed.until(3);
  late.socket.pause();
  const push = (text: string): void => server.feed.push({ toString: () => text });
  push('one');
  expect([await nextOfEnding(), await next()]).toEqual([{ data: secrets('one') }, { data: secrets('one') }]);
  now += 1_000;
  push('two');
  expect(await nextOfEnding()).toEqual({ errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })] });
  expect(await next()).toEqual({ data: secrets('two') });
  late.socket.resume();
  expect([(await late.next()).payload, (await late.next()).payload]).toEqual([{ data: secrets('one') }, { data: secrets('two') }]);
  expect(server.counts).toEqual({ executions: 2, serialisations: 2 });
  await server.app.close();
});
