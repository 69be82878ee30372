import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page, Worker } from 'playwright-core';
import { browser as chromium, launchBrowser, openPage, type WatchedPage } from './chromium.js';
import { describeWith } from '../../support/with-tool.js';
import { ensurePagesAreBuilt, stubGateway } from './stub-gateway.js';

const operationNames = readdirSync('schema/operations')
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => /^(?:query|subscription|mutation) (\w+)/m.exec(readFileSync(`schema/operations/${file}`, 'utf8'))?.[1] ?? file);

describeWith(chromium)('The explorer in a browser', () => {
  let app: FastifyInstance;
  let browser: Browser;
  let url: string;
  let opened: WatchedPage;

  beforeAll(async () => {
    ensurePagesAreBuilt();
    app = await stubGateway({ enabled: true });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchBrowser();
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  afterEach(async () => {
    const { foreignRequests, complaints } = opened;
    await opened.context.close();
    expect({ foreignRequests, complaints }).toEqual({ foreignRequests: [], complaints: [] });
  });

  async function open(colorScheme: 'light' | 'dark'): Promise<Page> {
    opened = await openPage(browser, `${url}/explorer`, { colorScheme });
    await opened.page.getByRole('tab', { name: 'ActiveTasks' }).waitFor();
    await opened.page.locator('.graphiql-query-editor .view-line').first().waitFor();
    return opened.page;
  }

  test.each(['light', 'dark'] as const)(
    'In %s, it has a tab for each operation, runs one, and loads its workers from here.',
    async (scheme) => {
      const page = await open(scheme);
      expect(await page.title()).toBe('Tributary explorer');
      expect((await tabTitles(page)).sort()).toEqual([...operationNames].sort());
      const [background] = await page
        .locator('.graphiql-container')
        .evaluateAll((found) => found.map((each) => getComputedStyle(each).backgroundColor));
      expect(background).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(16, 26, 35)');

      await page.getByRole('button', { name: /^Execute query/ }).click();
      await page.locator('.result-window').getByText('Commissioning').first().waitFor();
      for (const name of ['editor', 'graphql', 'json']) await workerOf(page, `${url}/explorer/assets/${name}-worker-`);
      await shoot(page, `explorer-${scheme}`);
    },
    90_000,
  );

  test('The tabs of the user outlive a reload, a closed example stays closed, and the list of examples brings it back.', async () => {
    const page = await open('light');
    await page.getByRole('button', { name: 'New tab' }).click();
    await page.locator('.graphiql-query-editor .monaco-editor textarea').focus();
    await page.keyboard.insertText('query Mine { __typename }');
    await page.getByRole('tab', { name: 'Mine' }).waitFor();
    await page.getByRole('tab', { name: 'Wallboard' }).hover();
    await page.getByRole('tab', { name: 'Wallboard' }).locator('[aria-label="Close Tab"]').click();
    await page.getByRole('tab', { name: 'Wallboard' }).waitFor({ state: 'detached' });

    // GraphiQL writes its tabs a moment after a change.
    await page.waitForFunction(() => {
      const titles = (JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}') as { tabs: { title: string }[] }).tabs.map(
        ({ title }) => title,
      );
      return titles.includes('Mine') && !titles.includes('Wallboard');
    });
    await page.reload();
    await page.getByRole('tab', { name: 'Mine' }).waitFor();
    expect(await tabTitles(page)).not.toContain('Wallboard');
    await page.getByRole('button', { name: 'Show Examples' }).click();
    await page
      .getByRole('region', { name: 'Examples' })
      .getByRole('button', { name: /^Wallboard/ })
      .click();
    await page.getByRole('tab', { name: 'Wallboard' }).waitFor();
    await shoot(page, 'explorer-examples');
  }, 90_000);

  test('Headers reach the gateway and are not kept in the browser.', async () => {
    const page = await open('light');
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor textarea').last().focus();
    await page.keyboard.insertText('{"authorization":"Bearer canary"}');
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.headers()['authorization'] === 'Bearer canary'),
      page.getByRole('button', { name: /^Execute query/ }).click(),
    ]);
    expect(new URL(request.url()).pathname).toBe('/graphql');
    await page.locator('.result-window').getByText('Commissioning').first().waitFor();
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    expect(kept).toContain('graphiql:queries');
    expect(kept).not.toContain('canary');
  }, 90_000);
});

/** Waits until the page runs a worker whose script is at this address. */
async function workerOf(page: Page, address: string): Promise<void> {
  const isIt = (worker: Worker): boolean => worker.url().startsWith(address);
  if (!page.workers().some(isIt)) await page.waitForEvent('worker', { predicate: isIt });
}

async function tabTitles(page: Page): Promise<string[]> {
  return page.locator('.graphiql-tab-button').allTextContents();
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['TRIBUTARY_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}
