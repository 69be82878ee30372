import { expect, test } from '@jest/globals';
import type { Page, Worker } from 'playwright-core';

import { describeWith } from '../../support/describe-with-tool.js';
import { browser as chromium } from './chromium.js';
import { operationNames } from './operation-names.js';
import { PagesInBrowser } from './pages-in-browser.js';
import { stubSite } from './stub-gateway.js';

describeWith(chromium)('The explorer in a browser', () => {
  const pages = new PagesInBrowser(stubSite);

  async function open(colorScheme: 'light' | 'dark'): Promise<Page> {
    const page = await pages.open('/explorer', { colorScheme });
    await page.getByRole('tab', { name: 'ActiveTasks' }).waitFor();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    return page;
  }

  test.each(['light', 'dark'] as const)(
    'In %s, it has a tab for each operation, runs one, and loads its workers from here.',
    async (scheme) => {
      const page = await open(scheme);
      expect(await page.title()).toBe('Tributary explorer');
      expect((await tabTitles(page)).sort()).toEqual([...operationNames()].sort());
      const [background] = await page
        .locator('.graphiql-container')
        .evaluateAll((found) => found.map((each) => getComputedStyle(each).backgroundColor));
      expect(background).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(16, 26, 35)');

      await page.getByRole('button', { name: /^Execute query/ }).click();
      await page.locator('.result-window').getByText('Commissioning').first().waitFor();
      for (const name of ['editor', 'graphql', 'json']) await workerOf(page, `${pages.url}/explorer/assets/${name}-worker-`);
      await shoot(page, `explorer-${scheme}`);
    },
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
  });

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
  });
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
