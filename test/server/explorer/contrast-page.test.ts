import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { describeWith } from '../../support/describe-with-tool.js';
import { browser as chromium } from './chromium.js';
import { findFaint, measureContrasts } from './contrast.js';
import { PagesInBrowser } from './pages-in-browser.js';
import { stubSite } from './stub-gateway.js';

describeWith(chromium)('The contrast of the explorer', () => {
  const pages = new PagesInBrowser(stubSite);

  test.each(['light', 'dark'] as const)('In %s, every text has a contrast of 4.5 and more, whatever is open.', async (colorScheme) => {
    const page = await pages.open('/explorer', { colorScheme });
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await expectReadable(page, 60);

    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').getByText('Commissioning').first().waitFor();
    await page.getByRole('status', { name: 'Response' }).getByText('HTTP 200').waitFor();
    await expectReadable(page, 100);

    await page.getByRole('button', { name: 'New tab' }).click();
    await page.getByRole('tab', { name: '<untitled>', selected: true }).waitFor();
    await page.locator('.graphiql-query-editor .monaco-editor textarea').focus();
    await page.keyboard.type('{ ta');
    await page.locator('.suggest-widget .monaco-list-row.focused').getByText('task').first().waitFor();
    await expectReadable(page, 30);
    await page.keyboard.press('Escape');

    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget .monaco-list-row').first().waitFor();
    await expectReadable(page, 30);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('All Schema Types').waitFor();
    await expectReadable(page, 30);
    await page.getByRole('link', { name: 'Query', exact: true }).first().click();
    await page.locator('.graphiql-doc-explorer').getByText('taskSources').first().waitFor();
    await expectReadable(page, 30);

    await page.getByRole('button', { name: 'Show History' }).click();
    await page.getByRole('region', { name: 'History' }).getByText('ActiveTasks').first().waitFor();
    await expectReadable(page, 10);

    for (const name of ['Open short keys dialog', 'Open settings dialog']) {
      await page.getByRole('button', { name }).click();
      await page.getByRole('dialog').waitFor();
      await expectReadable(page, 10);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });
});

async function expectReadable(page: Page, atLeast: number): Promise<void> {
  const texts = await measureContrasts(page);
  expect(texts.length).toBeGreaterThan(atLeast);
  expect(findFaint(texts)).toEqual([]);
}
