import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { type ClientOptions, createClient, type TributaryClient } from '../../src/client/index.js';
import { waitUntil } from '../support/wait-until.js';
import { ScriptedGateway } from './scripted-gateway.js';

let gateway: ScriptedGateway;
let client: TributaryClient;
beforeEach(async () => {
  gateway = await ScriptedGateway.start();
});
afterEach(async () => {
  client.close();
  await gateway.close();
});

function connect(options: Partial<ClientOptions> = {}): void {
  client = createClient({ url: gateway.url, webSocketImpl: null, retryDelayMs: () => 0, ...options });
}

const error = (code: string, more: object = {}): object => ({ errors: [{ message: `said ${code}`, extensions: { code, ...more } }] });

test('an answer with errors and no data is a RefusedError, which says whether and when to retry', async () => {
  connect();
  gateway.answers['/graphql'] = [{ status: 429, body: error('RATE_LIMITED', { retryAfterMs: 250 }) }];
  await expect(client.query('{ a }')).rejects.toMatchObject({
    name: 'RefusedError',
    code: 'REFUSED',
    message: 'said RATE_LIMITED',
    reason: 'RATE_LIMITED',
    isTemporary: true,
    retryAfterMs: 250,
  });
  gateway.answers['/graphql'] = [{ status: 403, body: error('FORBIDDEN') }];
  await expect(client.query('{ a }')).rejects.toMatchObject({ reason: 'FORBIDDEN', isTemporary: false, retryAfterMs: null });
});

test.each([
  { status: 401, body: error('UNAUTHENTICATED') },
  { status: 401, body: 'log in first' },
])('$status is an UnauthenticatedError, for queries and for tasks that are waited for', async (answer) => {
  connect();
  gateway.answers['/graphql'] = [answer];
  gateway.answers['/graphql/stream'] = [answer];
  await expect(client.query('{ a }')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(client.waitForTask('vcf:1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(client.subscribe('subscription { a }').next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a WebSocket that is closed because of its credentials is an UnauthenticatedError', async () => {
  connect({ webSocketImpl: WebSocket, token: 'old' });
  await expect(client.waitForTask('vcf:1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(gateway.requests).toEqual([['websocket', 'Bearer old']]);
});

test('a response that is not from the gateway is an UnreachableError', async () => {
  connect();
  gateway.answers['/graphql'] = [{ status: 502, body: 'a proxy' }];
  await expect(client.query('{ a }')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  // A request may hold passwords, so it is not sent to where a redirect points.
  gateway.answers['/graphql'] = [{ status: 307, body: '' }];
  await expect(client.mutate('mutation { a }')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(gateway.requests.map(([path]) => path)).toEqual(['/graphql', '/graphql']);
  await gateway.close();
  await expect(client.query('{ a }')).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('the token is fetched anew for every request', async () => {
  let count = 0;
  connect({ token: async () => `token-${(count += 1)}`, headers: { 'x-team': 'storage' } });
  gateway.answers['/graphql'] = [{ status: 200, body: { data: { a: 1 } } }];
  await client.query('{ a }');
  await client.query('{ a }');
  expect(gateway.requests).toEqual([
    ['/graphql', 'Bearer token-1'],
    ['/graphql', 'Bearer token-2'],
  ]);
});

test('a token that cannot be fetched is an UnreachableError, and waitForTask retries', async () => {
  const mistake = new Error('the issuer is down');
  let count = 0;
  const token = (): string => {
    count += 1;
    if (count < 4) throw mistake;
    return 'token';
  };
  connect({ token });
  await expect(client.query('{ a }')).rejects.toMatchObject({ code: 'UNREACHABLE', cause: mistake });
  gateway.answers['/graphql/stream'] = [{ results: [{ data: { taskChanged: { kind: 'CURRENT', task } } }] }];
  expect(await client.waitForTask('vcf:1')).toEqual(task);
  expect(gateway.requests).toEqual([['/graphql/stream', 'Bearer token']]);
});

const task = { id: 'vcf:1', status: 'SUCCEEDED', isFinished: true };

test('waitForTask waits for a plane that does not answer, and for a gateway that is overloaded', async () => {
  connect();
  gateway.answers['/graphql/stream'] = [
    { results: [{ data: null, ...error('SOURCE_UNAVAILABLE', { retryAfterMs: 1 }) }] },
    { status: 503, body: error('OVERLOADED', { retryAfterMs: 1 }) },
    { results: [{ data: { taskChanged: { kind: 'CURRENT', task } } }] },
  ];
  gateway.answers['/graphql'] = [
    { status: 200, body: { data: { task: null }, ...error('SOURCE_UNAVAILABLE') } },
    { status: 429, body: error('RATE_LIMITED') },
  ];
  expect(await client.waitForTask('vcf:1')).toEqual(task);
  expect(gateway.requests).toHaveLength(5);
});

test('a stream that ends at once, or after an event, is opened again', async () => {
  connect();
  const running = { ...task, status: 'RUNNING', isFinished: false };
  gateway.answers['/graphql/stream'] = [
    { results: [], isCut: true },
    { results: [{ data: { taskChanged: { kind: 'CURRENT', task: running } } }], isCut: true },
    { results: [{ data: { taskChanged: { kind: 'CURRENT', task } } }] },
  ];
  gateway.answers['/graphql'] = [{ status: 200, body: { data: { task: running } } }];
  const received: unknown[] = [];
  expect(await client.waitForTask('vcf:1', { onProgress: (one) => received.push(one) })).toEqual(task);
  expect(received).toEqual([running]);
});

test('waitForTask takes a new token when the old one expires, and rejects when the new one is not accepted either', async () => {
  connect();
  const running = { ...task, status: 'RUNNING', isFinished: false };
  const untilEnded = {
    results: [{ data: { taskChanged: { kind: 'CURRENT', task: running } } }, { data: null, ...error('UNAUTHENTICATED') }],
  };
  gateway.answers['/graphql/stream'] = [untilEnded, { results: [{ data: { taskChanged: { kind: 'CURRENT', task } } }] }];
  gateway.answers['/graphql'] = [{ status: 200, body: { data: { task: running } } }];
  expect(await client.waitForTask('vcf:1')).toEqual(task);
  gateway.answers['/graphql/stream'] = [untilEnded];
  gateway.answers['/graphql'] = [{ status: 401, body: error('UNAUTHENTICATED') }];
  await expect(client.waitForTask('vcf:1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('waitForTask rejects where waiting would not help', async () => {
  connect();
  gateway.answers['/graphql/stream'] = [{ results: [error('GRAPHQL_VALIDATION_FAILED')] }];
  await expect(client.waitForTask('vcf:1')).rejects.toMatchObject({ code: 'REFUSED', reason: 'GRAPHQL_VALIDATION_FAILED' });
  gateway.answers['/graphql/stream'] = [{ status: 404, body: '' }];
  gateway.answers['/graphql'] = [{ status: 200, body: { data: { task: null } } }];
  await expect(client.waitForTask('vcf:1')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
});

async function readAll(events: AsyncIterable<unknown>): Promise<void> {
  for await (const event of events) expect(event).toBeDefined();
}

test('a promise of onOpened that fails because the gateway was lost opens the subscription again; any other error is thrown to the reader', async () => {
  const lost: string[] = [];
  connect({ onLost: ({ message }) => lost.push(message) });
  gateway.answers['/graphql/stream'] = [
    { results: [{ data: { a: 1 } }], isOpen: true },
    { results: [{ data: { a: 1 } }], isOpen: true },
  ];
  gateway.answers['/graphql'] = [
    { status: 502, body: 'a proxy' },
    { status: 200, body: { data: { a: 1 } } },
  ];
  const events = client.subscribe('subscription { a }', {}, { onOpened: () => client.query('{ a }') });
  await waitUntil(() => gateway.requests.length === 4);
  expect(lost).toEqual(['The response with status 502 is not from the gateway.']);
  expect((await events.next()).value?.data).toEqual({ a: 1 });
  const mistake = new Error('a mistake of the caller');
  const onOpened = (): Promise<never> => Promise.reject(mistake);
  gateway.answers['/graphql/stream'] = [{ results: [{ data: { a: 1 } }], isOpen: true }];
  await expect(readAll(client.subscribe('subscription { a }', {}, { onOpened }))).rejects.toBe(mistake);
});

test('a promise of onProgress that fails rejects, and a recheck that is never due does not read again and again', async () => {
  connect();
  const running = { ...task, status: 'RUNNING', isFinished: false };
  gateway.answers['/graphql/stream'] = [{ results: [{ data: { taskChanged: { kind: 'CURRENT', task: running } } }], isOpen: true }];
  const mistake = new Error('a mistake of the caller');
  await expect(client.waitForTask('vcf:1', { onProgress: () => Promise.reject(mistake), recheckMs: Infinity })).rejects.toBe(mistake);
  expect(gateway.requests).toEqual([['/graphql/stream', undefined]]);
});

test.each(['ftp://gateway.example/graphql', 'https://user:password@gateway.example/graphql', 'graphql'])(
  'the URL %s is refused at once',
  (url) => {
    expect(() => createClient({ url })).toThrow(/url must|Invalid URL/);
  },
);
