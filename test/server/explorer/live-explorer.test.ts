import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { type LiveServer, startLiveServer } from '../subscriptions/live-server.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { browser as chromium, launchBrowser, openPage, type WatchedPage } from './chromium.js';
import { builtPages, ensurePagesAreBuilt } from './stub-gateway.js';

describeWith(chromium)('A subscription in the explorer', () => {
  let server: LiveServer;
  let browser: Browser;
  let opened: WatchedPage;

  beforeAll(async () => {
    ensurePagesAreBuilt();
    server = await startLiveServer({ explorerFolder: builtPages });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.app.close();
  });

  test('shows each event, under the strict policy, until the stop button ends it.', async () => {
    const page = await openTab('subscription Live { messages { text } }');
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await server.feed.until(1);
    for (const text of ['first event', 'second event']) {
      server.feed.push(text);
      await page.locator('.result-window').getByText(text).waitFor();
    }
    await page.getByRole('button', { name: /^Stop query/ }).click();
    await server.feed.until(0);
    await page.getByRole('button', { name: /^Execute query/ }).waitFor();
    expect(opened).toMatchObject({ foreignRequests: [], complaints: [] });
    await opened.context.close();
  });

  test('shows why it was refused, and that it ended before it was complete.', async () => {
    const page = await openTab('subscription Live { refusing { text } }');
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').getByText('Nobody says that.').waitFor();
    await opened.context.close();

    const other = await openTab('subscription Live { messages { text } }');
    await other.getByRole('button', { name: /^Execute query/ }).click();
    await server.feed.until(1);
    await server.app.close();
    await other.locator('.result-window').getByText('ended before it was complete').waitFor();
    await opened.context.close();
  });

  /** A tab with this operation in it. */
  async function openTab(operation: string): Promise<Page> {
    opened = await openPage(browser, `http://${server.host}/explorer`);
    const { page } = opened;
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await page.getByRole('button', { name: 'New tab' }).click();
    await page.locator('.graphiql-query-editor .monaco-editor textarea').focus();
    await page.keyboard.insertText(operation);
    await page.getByRole('tab', { name: 'Live' }).waitFor();
    return page;
  }
});
