import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import { afterEach, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { ConcurrencyLimit, overloadThresholds } from '../../../src/server/guards/concurrency-limit.js';
import { SchedulingQueue } from '../../../src/server/guards/scheduling-queue.js';
import { createProcessProbes } from '../../../src/server/process-probes.js';
import { idleProbes } from '../../support/doubles/idle-probes.js';
import { RawConnection } from '../../support/raw-http.js';
import { waitUntil } from '../../support/wait-until.js';
import { BareGateway, type RawResponse } from '../bare-gateway.js';
import { onlyError } from '../only-error.js';

/** Nothing waits in it. */
const idle = new SchedulingQueue(() => 0);

let gateway: BareGateway | null = null;
afterEach(() => gateway?.close());

test('256 operations may be in flight, and one more when one of them ends', () => {
  const limit = new ConcurrencyLimit(overloadThresholds, idleProbes, idle);
  const releases = Array.from({ length: 256 }, () => {
    expect(limit.hasCapacity).toBe(true);
    return limit.acquire();
  });
  expect(limit.hasCapacity).toBe(false);
  releases[0]?.();
  expect(limit.hasCapacity).toBe(true);
});

/** How many more operations may start. */
function countFree(limit: ConcurrencyLimit): number {
  const releases: (() => void)[] = [];
  while (limit.hasCapacity) releases.push(limit.acquire());
  for (const release of releases) release();
  return releases.length;
}

test('while the event loop is late the limit is halved, and then it grows by half', () => {
  const now = { loopDelayMs: 200 };
  const limit = new ConcurrencyLimit(overloadThresholds, { ...idleProbes, loopDelayMs: () => now.loopDelayMs }, idle);
  const free = [200, 201, 201, 201, 201, 201, 0, 0].map((loopDelayMs) => {
    now.loopDelayMs = loopDelayMs;
    limit.adjust();
    return countFree(limit);
  });
  expect(free).toEqual([256, 128, 64, 32, 16, 16, 24, 36]);
});

test('while every operation waits long in the queue the limit falls, too', () => {
  const clock = { ms: 0 };
  const queue = new SchedulingQueue(() => clock.ms);
  const limit = new ConcurrencyLimit(overloadThresholds, idleProbes, queue);
  void queue.wait();
  const free = [200, 1].map((ms) => {
    clock.ms += ms;
    countFree(limit);
    limit.adjust();
    return countFree(limit);
  });
  expect(free).toEqual([256, 128]);
});

test('with a nearly full heap no operation may start, until an adjustment finds that it is over', () => {
  const now = { heapShare: 0.85 };
  const limit = new ConcurrencyLimit(overloadThresholds, { ...idleProbes, heapShare: () => now.heapShare }, idle);
  const free = [0.85, 0.86, 0.5].map((heapShare) => {
    now.heapShare = heapShare;
    limit.adjust();
    return countFree(limit);
  });
  expect(free).toEqual([256, 0, 256]);
});

test('one pause of the event loop is no overload, two are', async () => {
  const probes = createProcessProbes();
  // A timer that is late itself runs right after another one, before the probe looks; one that is set in a later turn does not.
  const turn = async (): Promise<void> => {
    await sleep(30);
    await nextTurn();
    await sleep(1);
  };
  const block = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end;);
  };
  /** As a window shows it that has so many pauses in it. */
  const delayAfter = async (pauses: number): Promise<number> => {
    probes.loopDelayMs();
    await turn();
    for (let i = 0; i < pauses; i += 1) {
      block(1_000);
      await turn();
    }
    return probes.loopDelayMs();
  };
  expect(await delayAfter(1)).toBeLessThan(900);
  expect(await delayAfter(2)).toBeGreaterThan(900);
  expect(probes.heapShare()).toBeGreaterThan(0);
  probes.stop();
});

test('the 257th operation at once is 503 with Retry-After, the others are answered, and the health routes always', async () => {
  const waiting: (() => void)[] = [];
  const schema = buildSchema('type Query { slow: String }');
  const { slow } = schema.getQueryType()?.getFields() ?? {};
  if (slow) slow.resolve = () => new Promise((resolve) => waiting.push(() => resolve('done')));
  const own = await BareGateway.start(schema);
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

test('operations that need no plane are answered one by one, and those above the limit are refused before', async () => {
  const schema = buildSchema('type Query { hello: String }');
  const { hello } = schema.getQueryType()?.getFields() ?? {};
  if (hello) hello.resolve = () => 'hello';
  const origin = 'https://page.example';
  const own = await BareGateway.start(schema, { cors: [origin] });
  gateway = own;
  const connections = Array.from({ length: 300 }, () => new RawConnection(own.host));
  // Node takes in one connection in a turn of its loop: only over those that it has can all come at once.
  await Promise.all(
    connections.map(async (connection) => {
      await connection.send('GET /livez HTTP/1.1\r\nhost: a\r\n\r\n');
      await once(connection.socket, 'data');
    }),
  );
  const body = JSON.stringify({ query: '{ hello }' });
  const lines = ['host: a', `origin: ${origin}`, 'content-type: application/json', 'connection: close', `content-length: ${body.length}`];
  const sent = connections.map((connection) => connection.send(['POST /graphql HTTP/1.1', ...lines, '', body].join('\r\n')));
  await Promise.all(sent);
  const order: number[] = [];
  const responses = await Promise.all(
    connections.map(async ({ ended }) => {
      const { text } = await ended;
      const response = text.slice(text.lastIndexOf('HTTP/1.1 '));
      order.push(Number(response.slice(9, 12)));
      return response;
    }),
  );
  expect([200, 503].map((status) => order.filter((one) => one === status).length)).toEqual([256, 44]);
  expect(order.slice(0, 44)).toContain(503);
  expect(responses.every((response) => response.toLowerCase().includes(`access-control-allow-origin: ${origin}`))).toBe(true);
});
