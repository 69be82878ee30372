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
    'In %s, it opens three tabs, lists the other operations, runs one, and loads its workers from here.',
    async (scheme) => {
      const page = await open(scheme);
      expect(await page.title()).toBe('Tributary explorer');
      expect(await tabTitles(page)).toEqual(['ActiveTasks', 'FailedTasks', 'WatchTasks']);
      const listed = await page.getByRole('region', { name: 'Examples' }).locator('strong').allTextContents();
      expect(listed.sort()).toEqual([...operationNames()].sort());
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
    await page.getByRole('tab', { name: 'WatchTasks' }).hover();
    await page.getByRole('tab', { name: 'WatchTasks' }).locator('[aria-label="Close Tab"]').click();
    await page.getByRole('tab', { name: 'WatchTasks' }).waitFor({ state: 'detached' });

    // GraphiQL writes its tabs a moment after a change.
    await page.waitForFunction(() => {
      const titles = (JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}') as { tabs: { title: string }[] }).tabs.map(
        ({ title }) => title,
      );
      return titles.includes('Mine') && !titles.includes('WatchTasks');
    });
    await page.reload();
    await page.getByRole('tab', { name: 'Mine' }).waitFor();
    expect(await tabTitles(page)).toEqual(['ActiveTasks', 'FailedTasks', 'Mine']);
    await openExample(page, 'WatchTasks');
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

  test('A tab that is opened beyond the edge of the bar scrolls into view.', async () => {
    const page = await open('light');
    for (const name of ['FailuresByCause', 'SearchTasks', 'SourceHealth', 'TouchedResources', 'Wallboard']) await openExample(page, name);
    await page.getByRole('button', { name: 'New tab' }).click();
    const active = page.locator('.graphiql-tab-active');
    await active.getByText('<untitled>').waitFor();
    await page.waitForFunction(() => {
      const [tab, bar] = ['.graphiql-tab-active', '.graphiql-tabs'].map((name) => document.querySelector(name)?.getBoundingClientRect());
      return tab !== undefined && bar !== undefined && tab.left >= bar.left - 1 && tab.right <= bar.right + 1;
    });
  });

  test('Status, time and size of each answer stand below it, for the tab that it belongs to.', async () => {
    const page = await open('light');
    const figures = page.getByRole('status', { name: 'Response' });
    expect(await figures.textContent()).toBe('');
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await figures.getByText(/^HTTP 200 · \d+ ms · \d+(\.\d)? k?B$/).waitFor();
    await page.getByRole('tab', { name: 'FailedTasks' }).click();
    await figures.getByText('HTTP').waitFor({ state: 'detached' });
  });

  test('What runs at once after a change of tabs is the operation of the new tab, by its own name.', async () => {
    const page = await open('light');
    const [request] = await Promise.all([
      page.waitForRequest((sent) => (sent.postData() ?? '').includes('query FailedTasks')),
      page.evaluate(async () => {
        const tab = [...document.querySelectorAll<HTMLElement>('.graphiql-tab-button')].find(
          ({ textContent }) => textContent === 'FailedTasks',
        );
        tab?.click();
        await new Promise(requestAnimationFrame);
        document.querySelector<HTMLElement>('.graphiql-execute-button')?.click();
      }),
    ]);
    expect(JSON.parse(request.postData() ?? '')).toMatchObject({ operationName: 'FailedTasks' });
    await page.getByRole('status', { name: 'Response' }).getByText('HTTP 200').waitFor();
  });

  test('A link opens a tab with its operation, which does not run by itself, and leaves the address.', async () => {
    const search = new URLSearchParams({ query: 'mutation Linked { __typename }', variables: '{"a": 7}' });
    const page = await pages.open(`/explorer?${search.toString()}`);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.getByRole('tab', { name: 'Linked', selected: true }).waitFor();
    await page.locator('.graphiql-editor-tool .view-line').getByText('7').first().waitFor();
    await page.getByRole('note').getByText('has not run').waitFor();
    expect(page.url()).toBe(`${pages.url}/explorer`);
    expect(sent.filter((body) => body.includes('Linked'))).toEqual([]);
    // The variables of a mutation may hold passwords.
    const kept = await page.evaluate(() => localStorage.getItem('graphiql:tabState') ?? '');
    expect(kept).toContain('mutation Linked');
    expect(kept).not.toContain('7}');
    expect(await tabTitles(page)).toEqual(['ActiveTasks', 'FailedTasks', 'WatchTasks', 'Linked']);
    await shoot(page, 'explorer-link');
  });

  test.each(['light', 'dark'] as const)('In %s at 400 pixels, an answer can be read, and a panel takes turns with it.', async (scheme) => {
    const page = await pages.open('/explorer', { colorScheme: scheme, width: 400, height: 800 });
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').getByText('Commissioning').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    expect((await page.locator('.result-window').boundingBox())?.width).toBeGreaterThan(300);
    const [line, toolbar] = await Promise.all(
      ['.graphiql-query-editor .view-lines', '.graphiql-toolbar'].map((name) => page.locator(name).first().boundingBox()),
    );
    expect((line?.x ?? 0) + (line?.width ?? 0)).toBeLessThanOrEqual(toolbar?.x ?? 0);
    await shoot(page, `explorer-${scheme}-400`);
    await openExample(page, 'SearchTasks');
    await page.getByRole('tab', { name: 'SearchTasks', selected: true }).waitFor();
  });
});

/** Opens an example by the panel, which is shown first where it is not. */
async function openExample(page: Page, name: string): Promise<void> {
  const panel = page.getByRole('region', { name: 'Examples' });
  if (!(await panel.isVisible())) await page.getByRole('button', { name: 'Show Examples' }).click();
  await panel.getByText(name, { exact: true }).click();
  await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${name}$`) }).waitFor();
}

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
