import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import type { ClientOptions, TributaryClient } from '../../src/client/index.js';
import { browser as chromium, launchBrowser } from '../server/explorer/chromium.js';
import { describeWith } from '../support/describe-with-tool.js';
import { OnePlane } from './single-plane.js';
import { NetworkProxy } from './network-proxy.js';
import { servePage, type TestPage } from './test-page.js';

/** What the script of the page leaves there. */
declare global {
  var createClient: (options: ClientOptions) => TributaryClient;
  var received: string[];
  var ended: Promise<unknown>;
}

describeWith(chromium)('The client in Chromium, on a page of another origin', () => {
  let world: OnePlane;
  let relay: NetworkProxy;
  let site: TestPage;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    world = await OnePlane.start();
    site = await servePage("import * as tributary from 'tributary-gateway/client'; Object.assign(globalThis, tributary);");
    relay = await NetworkProxy.start(await world.gateway(configuration()));
    browser = await launchBrowser();
    page = await (await browser.newContext()).newPage();
    await page.goto(site.origin);
  });

  afterAll(async () => {
    await browser?.close();
    await relay?.close();
    await site?.close();
    await world?.close();
  });

  test.each([
    ['over its WebSocket', false],
    ['over an event stream where WebSockets cannot be opened', true],
  ])('queries, and waits for a task through a restart of the gateway, %s.', async (_name, refusesWebSockets) => {
    relay.refusesWebSockets = refusesWebSockets;
    const id = world.plane.addTask({ status: 'PENDING' });
    expect(await page.evaluate(begin, { url: relay.url, id: `vcf:${id}` })).toEqual({
      data: { taskSources: [{ name: 'vcf' }] },
      errors: [],
    });
    await page.waitForFunction(() => globalThis.received.length === 1);
    expect(relay.webSockets > 0).toBe(!refusesWebSockets);
    world.plane.setTask(id, { status: 'IN_PROGRESS' });
    await page.waitForFunction(() => globalThis.received.length === 2);
    await world.stopGateways();
    relay.cut();
    world.plane.setTask(id, { status: 'SUCCESSFUL' });
    relay.join(await world.gateway(configuration()));
    expect(await page.evaluate(async () => globalThis.ended)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await page.evaluate(() => globalThis.received)).toEqual(['PENDING', 'RUNNING']);
  });

  function configuration(): Readonly<Record<string, unknown>> {
    return { server: { port: 0, cors: [site.origin] } };
  }
});

/** Runs in the page. */
async function begin({ url, id }: { readonly url: string; readonly id: string }): Promise<unknown> {
  const client = globalThis.createClient({ url, retryDelayMs: () => 50 });
  globalThis.received = [];
  globalThis.ended = client.waitForTask(id, { onProgress: ({ status }) => void globalThis.received.push(status) });
  return client.query('{ taskSources { name } }');
}
