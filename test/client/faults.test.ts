import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { createClient, type TributaryClient } from '../../src/client/index.js';
import { closingFaults, eventStreamFaults, handshakeFaults, queryFaults, unopenedMoments, webSocketFaults } from './fault-rows.js';
import { maxPassMs, RawGateway } from './raw-gateway.js';

/** Only the timers of the client are moved by hand; the network goes on by itself. */
const real = ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance', 'Date', 'hrtime'] as const;

let gateway: RawGateway;
let client: TributaryClient;
let lost: string[];
beforeAll(() => void jest.useFakeTimers({ doNotFake: [...real] }));
afterAll(() => void jest.useRealTimers());
beforeEach(async () => {
  gateway = await RawGateway.start();
  lost = [];
});
afterEach(async () => {
  client.close();
  await gateway.close();
});

function connect(webSocketImpl: unknown, url = gateway.url): void {
  const onLost = ({ code }: { readonly code: string }): void => {
    lost.push(code);
    gateway.fault = null;
  };
  client = createClient({ url, webSocketImpl, retryDelayMs: () => 0, onLost });
}

/** Lets the network come to rest, and then a second pass at a time, until something holds. */
async function pass(holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + maxPassMs;
  while (!holds()) {
    for (let turn = 0; turn < 50 && !holds(); turn += 1) await setImmediate();
    if (performance.now() > giveUpAt) throw new Error('It never came.');
    jest.advanceTimersByTime(1_000);
  }
}

const subscription = 'subscription { count }';

const webSockets = [
  { transport: 'the WebSocket of ws', socket: WebSocket as unknown },
  // Node has one since version 22.
  ...('WebSocket' in globalThis ? [{ transport: 'the WebSocket of the platform', socket: globalThis.WebSocket }] : []),
];
const transports = [
  ...webSockets.map((row) => ({ ...row, faults: webSocketFaults, moments: unopenedMoments })),
  { transport: 'an event stream', socket: null, faults: eventStreamFaults, moments: unopenedMoments.slice(0, 2) },
];

describe.each(transports)('A subscription over $transport', ({ socket, faults, moments }) => {
  test.each(faults)('is lost by $fault when "$moment", and opened again', async (fault) => {
    gateway.fault = fault;
    connect(socket);
    const events = client.subscribe(subscription);
    await pass(() => gateway.strikes > 0);
    await pass(() => lost.length > 0);
    let last: unknown;
    const reading = (async () => {
      for await (const { data } of events) last = data;
    })();
    await pass(() => gateway.answered > 0);
    await pass(() => last !== undefined);
    client.close();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
    expect(lost).toEqual(['UNREACHABLE']);
  });

  test.each(handshakeFaults)('is lost by $fault in the TLS handshake', async (fault) => {
    gateway.fault = fault;
    connect(socket, gateway.url.replace('http:', 'https:'));
    const next = client.subscribe(subscription).next();
    await pass(() => lost.length > 2);
    client.close();
    await expect(next).rejects.toMatchObject({ code: 'ABORTED' });
    expect(new Set(lost)).toEqual(new Set(['UNREACHABLE']));
  });

  test('is lost again and again while nothing listens at the address', async () => {
    connect(socket);
    await gateway.close();
    const next = client.subscribe(subscription).next();
    await pass(() => lost.length > 2);
    client.close();
    await expect(next).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test.each(moments)('leaves no connection when the client is closed at "%s"', async (moment) => {
    let struck: Socket | undefined;
    gateway.fault = { moment, strike: (one) => (struck = one) };
    connect(socket);
    const events = client.subscribe(subscription);
    await pass(() => gateway.strikes > 0);
    client.close();
    await expect(events.next()).rejects.toMatchObject({ code: 'ABORTED' });
    await pass(() => struck?.destroyed === true);
    expect(lost).toEqual([]);
  });
});

describe.each(webSockets)('$transport', ({ socket }) => {
  test.each(closingFaults)('can be struck by $fault while it is closed', async ({ strike }) => {
    let struck: Socket | undefined;
    connect(socket);
    const events = client.subscribe(subscription);
    await pass(() => gateway.answered > 0);
    gateway.fault = {
      moment: 'close frame received',
      strike: (one) => {
        struck = one;
        strike(one);
      },
    };
    await events.return?.();
    await pass(() => gateway.strikes > 0);
    // The WebSocket of the platform waits for an answer as long as it likes.
    if (socket !== WebSocket) struck?.destroy();
    await pass(() => struck?.destroyed === true);
    expect(lost).toEqual([]);
  });
});

test.each(queryFaults)('A query that is met by $fault when "$moment" is rejected', async (fault) => {
  gateway.fault = fault;
  connect(null);
  const aborting = new AbortController();
  let code: unknown;
  client.query('{ count }', {}, { signal: aborting.signal }).catch((error: { readonly code: string }) => (code = error.code));
  await pass(() => gateway.strikes > 0);
  for (let turn = 0; turn < 50 && code === undefined; turn += 1) await setImmediate();
  if (code === undefined) aborting.abort();
  await pass(() => code !== undefined);
  expect(code).toBe(aborting.signal.aborted ? 'ABORTED' : 'UNREACHABLE');
});

test('a WebSocket whose class throws is not opened, and an event stream is used', async () => {
  class Forbidden extends WebSocket {
    constructor() {
      super('ws://a page with https may not open it');
    }
  }
  connect(Forbidden);
  expect((await client.subscribe(subscription).next()).value).toMatchObject({ data: { count: 1 } });
  expect(() => connect('ws')).toThrow(
    'webSocketImpl must be a WebSocket class, such as that of the package ws, or null; it is of type string.',
  );
});
