import { once } from 'node:events';

import { afterEach, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { ConcurrencyLimit, overloadThresholds } from '../../../src/server/guards/concurrency-limit.js';
import { SchedulingQueue } from '../../../src/server/guards/scheduling-queue.js';
import { type ProcessProbes, processProbes } from '../../../src/server/process-probes.js';
import { idleProbes } from '../../support/doubles/idle-probes.js';
import { RawConnection } from '../../support/raw-http.js';
import { waitUntil } from '../../support/wait-until.js';
import { BareGateway, type RawResponse } from '../bare-gateway.js';
import { onlyError } from '../only-error.js';

let gateway: BareGateway | null = null;
afterEach(async () => {
  await gateway?.close();
  gateway = null;
});

interface Load {
  readonly startMs?: number;
  readonly waiting?: number;
  readonly inFlight?: number;
  readonly probes?: ProcessProbes;
}

/** A limit on operations that take `startMs` each, of which so many are in flight and wait. */
async function createLimit({ startMs = 0, waiting = 0, inFlight, probes = idleProbes }: Load) {
  const clock = { ms: 0 };
  const queue = new SchedulingQueue(() => clock.ms);
  // A start each `startMs`, so that the queue knows the pace.
  for (let count = 0; count < 500 && startMs > 0; count += 1) {
    const turn = queue.wait('a');
    clock.ms += startMs;
    await turn;
  }
  const limit = new ConcurrencyLimit(overloadThresholds, probes, queue);
  for (let count = 0; count < waiting; count += 1) void queue.wait('a');
  const slots = Array.from({ length: inFlight ?? waiting }, () => limit.acquire());
  for (const slot of slots) if (inFlight !== undefined) slot.admit();
  return { limit, slots };
}

test.each([
  // Clients that send their next operation after the last response.
  { startMs: 11, waiting: 31, admitted: true },
  { startMs: 11, waiting: 127, admitted: true },
  { startMs: 11, waiting: 255, admitted: true },
  { startMs: 38, waiting: 255, admitted: true },
  // More than a client would wait for.
  { startMs: 50, waiting: 190, admitted: true },
  { startMs: 50, waiting: 210, admitted: false },
  { startMs: 5_000, waiting: 1, admitted: true },
  { startMs: 5_000, waiting: 3, admitted: false },
  // More than those clients: only while the wait is short.
  { startMs: 11, waiting: 256, admitted: false },
  { startMs: 1, waiting: 1_023, admitted: true },
  { startMs: 5, waiting: 390, admitted: true },
  { startMs: 5, waiting: 410, admitted: false },
  // Operations that wait for planes are not in the queue.
  { startMs: 5, waiting: 0, inFlight: 1_023, admitted: true },
  { startMs: 0.1, waiting: 0, inFlight: 1_024, admitted: false },
])('with $waiting operations waiting that take $startMs ms each, one more is admitted: $admitted', async ({ admitted, ...load }) => {
  const { limit } = await createLimit(load);
  expect(limit.hasCapacity('a')).toBe(admitted);
});

test('a caller is admitted while another one floods the gateway, and the other one again when its operations have ended', async () => {
  const { limit } = await createLimit({ startMs: 11, waiting: 500 });
  expect([limit.hasCapacity('a'), limit.hasCapacity('b')]).toEqual([false, true]);
  await waitUntil(() => limit.hasCapacity('a'));
});

test('1,024 operations may be in flight, and one more when one of them ends', async () => {
  const { limit, slots } = await createLimit({ inFlight: 1_024 });
  expect(limit.hasCapacity('b')).toBe(false);
  slots[0]?.release();
  expect(limit.hasCapacity('b')).toBe(true);
});

test('an operation is in flight from when its caller is admitted; those that have arrived have a bound of their own', async () => {
  const { limit, slots } = await createLimit({ inFlight: 1_023 });
  const arriving = Array.from({ length: 1_023 }, () => limit.acquire());
  expect(limit.hasCapacity('b')).toBe(true);
  const last = limit.acquire();
  expect(limit.hasCapacity('b')).toBe(false);
  last.release();
  last.release();
  expect([limit.hasCapacity('b'), last.admit()]).toEqual([true, false]);
  expect(arriving.slice(0, 3).map((slot) => slot.admit())).toEqual([true, false, false]);
  expect(limit.hasCapacity('b')).toBe(false);
  slots[0]?.release();
  expect([limit.hasCapacity('b'), arriving[0]?.admit(), arriving[1]?.admit(), arriving[2]?.admit()]).toEqual([true, true, true, false]);
});

test('with a nearly full heap no operation may start, until a measurement finds that it is over', async () => {
  const now = { heapShare: 0.85 };
  const { limit } = await createLimit({ probes: { heapShare: () => now.heapShare } });
  const admitted = [0.85, 0.86, 0.5].map((heapShare) => {
    now.heapShare = heapShare;
    limit.measureHeap();
    return limit.hasCapacity('a');
  });
  expect(admitted).toEqual([true, false, true]);
  expect(processProbes.heapShare()).toBeGreaterThan(0);
});

test('an operation above the limit is 503 with Retry-After, the others are answered, and the health routes always', async () => {
  const waiting: (() => void)[] = [];
  const schema = buildSchema('type Query { slow: String }');
  const { slow } = schema.getQueryType()?.getFields() ?? {};
  if (slow) slow.resolve = () => new Promise((resolve) => waiting.push(() => resolve('done')));
  const own = await BareGateway.start(schema, { overload: { operations: 256 } });
  gateway = own;
  const responses: RawResponse[] = [];
  for (let i = 0; i < 300; i += 1) void own.post({ query: '{ slow }' }).then((response) => responses.push(response));
  // Three hundred requests at once take seconds on a busy machine.
  await waitUntil(() => waiting.length === 256 && responses.length === 44, 'an answer to those above the limit');
  for (const response of responses) {
    expect([response.status, response.headers['retry-after']]).toEqual([503, '1']);
    expect(onlyError(response).extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: 1_000 });
  }
  expect((await own.send({ method: 'GET', path: '/livez' })).status).toBe(200);
  for (const finish of waiting.splice(0)) finish();
  await waitUntil(() => responses.length === 300, 'an answer to the others');
  expect(responses.filter(({ json }) => json.data?.slow === 'done')).toHaveLength(256);
  void own.post({ query: '{ slow }' });
  await waitUntil(() => waiting.length === 1);
  waiting[0]?.();
});

const origin = 'https://page.example';
const body = JSON.stringify({ query: '{ busy }' });
const lines = ['host: a', `origin: ${origin}`, 'content-type: application/json', `content-length: ${body.length}`];

/** A gateway whose operations take 11 ms each of its own clock, with as many open connections. */
async function startBusyGateway(connections: number) {
  const clock = { ms: 0 };
  const schema = buildSchema('type Query { busy: String }');
  const { busy } = schema.getQueryType()?.getFields() ?? {};
  if (busy)
    busy.resolve = () => {
      clock.ms += 11;
      return 'done';
    };
  const own = await BareGateway.start(schema, { cors: [origin], monotonic: () => clock.ms });
  gateway = own;
  const open = Array.from({ length: connections }, () => new RawConnection(own.host));
  // Node takes in one connection in a turn of its loop: only over those that it has can all come at once.
  await Promise.all(open.map((connection) => exchange(connection, 'GET /livez HTTP/1.1\r\nhost: a\r\n\r\n')));
  return open;
}

/** The response to a request, as it is received. */
async function exchange({ socket }: RawConnection, request: string): Promise<string> {
  let text = '';
  socket.write(request);
  for (let end = -1; end < 0 || text.length < end;) {
    const [chunk] = await once(socket, 'data');
    text += String(chunk);
    const headers = text.indexOf('\r\n\r\n');
    if (headers >= 0) end = headers + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1]);
  }
  return text;
}

const post = (connection: RawConnection): Promise<string> =>
  exchange(connection, ['POST /graphql HTTP/1.1', ...lines, '', body].join('\r\n'));

test('of 32, 128 and 256 clients that each wait for a response before they go on none is refused, and of a crowd those too many are, before others are answered', async () => {
  const connections = await startBusyGateway(300);
  const statuses = new Map<string, number>();
  for (const clients of [32, 128, 256]) {
    await Promise.all(
      connections.slice(0, clients).map(async (connection) => {
        for (let count = 0; count < 3; count += 1) {
          const status = (await post(connection)).slice(9, 12);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
  }
  expect(Object.fromEntries(statuses)).toEqual({ 200: 3 * (32 + 128 + 256) });
  const order: string[] = [];
  const responses = await Promise.all(
    connections.map(async (connection) => {
      const response = await post(connection);
      order.push(response.slice(9, 12));
      return response;
    }),
  );
  expect(['200', '503'].map((status) => order.filter((one) => one === status).length)).toEqual([256, 44]);
  expect(order.slice(0, 44)).toContain('503');
  expect(responses.every((response) => response.toLowerCase().includes(`access-control-allow-origin: ${origin}`))).toBe(true);
  for (const { socket } of connections) socket.destroy();
});
