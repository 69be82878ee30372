import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import type { ClientOptions, TributaryClient } from '../../src/client/index.js';
import { browser as chromium, launchBrowser } from '../server/explorer/chromium.js';
import { describeWith } from '../support/describe-with-tool.js';
import { eventStreamFaults, queryFaults, webSocketFaults } from './fault-rows.js';
import { maxPassMs, RawGateway } from './raw-gateway.js';
import { servePage, type TestPage } from './test-page.js';

/** What the script of the page leaves there. */
declare global {
  var createClient: (options: ClientOptions) => TributaryClient;
  var client: TributaryClient;
  var lost: string[];
  var outcome: unknown;
}

describeWith(chromium)('In Chromium, on a page of another origin', () => {
  let gateway: RawGateway;
  let site: TestPage;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    site = await servePage("import * as tributary from 'tributary-gateway/client'; Object.assign(globalThis, tributary);");
    browser = await launchBrowser();
    page = await (await browser.newContext()).newPage();
    // Exceptions and rejections that nobody handles.
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.clock.install();
    await page.goto(site.origin);
  });
  beforeEach(async () => {
    gateway = await RawGateway.start();
    complaints = [];
  });
  afterEach(async () => {
    await page.evaluate(() => globalThis.client.close());
    await gateway.close();
    await page.clock.runFor(60_000);
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Moves the timers of the page by a second at a time, until something holds. */
  async function pass(holds: () => boolean | Promise<boolean>): Promise<void> {
    const giveUpAt = performance.now() + maxPassMs;
    while (!(await holds())) {
      if (performance.now() > giveUpAt) throw new Error('It never came.');
      await page.clock.runFor(1_000);
    }
  }

  test.each([
    ...webSocketFaults.map((row) => ({ ...row, transport: 'a WebSocket' })),
    ...eventStreamFaults.map((row) => ({ ...row, transport: 'an event stream' })),
  ])('a subscription over $transport is lost by $fault when "$moment", and opened again', async ({ transport, ...fault }) => {
    gateway.fault = fault;
    await page.evaluate(subscribe, { url: gateway.url, isWebSocket: transport === 'a WebSocket' });
    await pass(() => gateway.strikes > 0);
    await pass(() => page.evaluate(() => globalThis.lost.length > 0));
    gateway.fault = null;
    await pass(() => page.evaluate(() => globalThis.outcome !== undefined));
    expect(await page.evaluate(() => [globalThis.outcome, ...new Set(globalThis.lost)])).toEqual([1, 'UNREACHABLE']);
  });

  test.each(queryFaults)('a query that is met by $fault when "$moment" is rejected', async (fault) => {
    gateway.fault = fault;
    await page.evaluate(query, gateway.url);
    // No time passes until then: the query is aborted by a timer of the page, and a busy browser may not have sent it yet.
    await gateway.struck();
    await pass(() => page.evaluate(() => globalThis.outcome !== undefined));
    expect(['UNREACHABLE', 'ABORTED']).toContain(await page.evaluate(() => globalThis.outcome));
  });

  test('a query of an origin that the gateway does not admit names server.cors.', async () => {
    gateway.admits = false;
    await page.evaluate(query, gateway.url);
    await pass(() => page.evaluate(() => globalThis.lost.length > 0));
    expect(await page.evaluate(() => globalThis.lost)).toEqual([
      'The gateway cannot be reached. If it is running, it may not admit pages of this origin: add the origin to server.cors in the configuration of the gateway.',
    ]);
  });
});

/** Runs in the page: subscribes, and keeps what comes after the first loss. */
function subscribe({ url, isWebSocket }: { readonly url: string; readonly isWebSocket: boolean }): void {
  Object.assign(globalThis, { lost: [], outcome: undefined });
  const onLost: ClientOptions['onLost'] = ({ code }) => void globalThis.lost.push(code);
  globalThis.client = globalThis.createClient({ url, retryDelayMs: () => 5_000, onLost, ...(!isWebSocket && { webSocketImpl: null }) });
  const read = async (): Promise<void> => {
    const events = globalThis.client.subscribe('subscription { count }');
    for await (const { data } of events) if (globalThis.lost.length > 0) globalThis.outcome = data?.['count'];
  };
  read().catch((error: { readonly code: string }) => (globalThis.outcome ??= error.code));
}

/** Runs in the page: sends a query, and keeps its error. */
function query(url: string): void {
  Object.assign(globalThis, { lost: [], outcome: undefined });
  globalThis.client = globalThis.createClient({ url });
  const aborting = new AbortController();
  setTimeout(() => aborting.abort(), 30_000);
  globalThis.client
    .query('{ count }', {}, { signal: aborting.signal })
    .catch((error: { readonly code: string; readonly message: string }) => {
      globalThis.outcome = error.code;
      globalThis.lost.push(error.message);
    });
}
