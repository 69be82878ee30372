import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { describeWith } from '../../support/describe-with-tool.js';
import { browser as chromium } from './chromium.js';
import { findFaint, measureContrasts } from './contrast.js';
import { PagesInBrowser } from './pages-in-browser.js';
import { stubSite } from './stub-gateway.js';

describeWith(chromium)('The landing page in a browser', () => {
  const pages = new PagesInBrowser(stubSite);

  async function open(options: { path?: string; colorScheme?: 'light' | 'dark'; width?: number }): Promise<Page> {
    const page = await pages.open(options.path ?? '/', options);
    await page.getByRole('list', { name: 'State of the sources' }).getByRole('listitem').first().waitFor();
    return page;
  }

  test.each(['/', '/graphql'])('%s shows the health of each source, with the messages of planes as plain text.', async (path) => {
    const page = await open({ path });
    expect(await page.getByRole('status').textContent()).toBe('2 of 4 sources are up.');
    const items = await page.getByRole('listitem').allInnerTexts();
    expect(items).toHaveLength(4);
    expect(items[0]).toMatch(/Package catalog[^]*catalog-prod · CATALOG[^]*12 ms[^]*up/i);
    expect(items[1]).toMatch(/2140 ms[^]*circuit half open[^]*degraded[^]*The second page could not be read\./i);
    expect(items[2]).toMatch(/circuit open[^]*down[^]*timeout: No answer within 5000 ms\. <img src=x/i);
    expect(await page.title()).toBe('Tributary');
    expect(await page.locator('main img').count()).toBe(0);
  });

  test('It leads to the explorer, and to Apollo Sandbox with this endpoint filled in.', async () => {
    const page = await open({});
    const sandbox = await page.getByRole('link', { name: /Apollo Sandbox/ }).getAttribute('href');
    expect(sandbox).toBe(`https://studio.apollographql.com/sandbox/explorer?endpoint=${encodeURIComponent(`${pages.url}/graphql`)}`);
    expect(await page.locator('#endpoint').textContent()).toBe(`${pages.url}/graphql`);
    await page.getByRole('link', { name: 'Open the explorer' }).click();
    await page.waitForURL(`${pages.url}/explorer`);
    await page.getByRole('tab').first().waitFor();
  });

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    'In %s at %i pixels, it reads well: contrast of 4.5 and more, and nothing is wider than the window.',
    async (colorScheme, width) => {
      const page = await open({ colorScheme, width });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const texts = await measureContrasts(page);
      expect(texts.length).toBeGreaterThan(15);
      expect(findFaint(texts)).toEqual([]);
      const folder = process.env['TRIBUTARY_SCREENSHOTS'];
      if (folder !== undefined) await page.screenshot({ path: `${folder}/explorer-landing-${colorScheme}-${width}.png`, fullPage: true });
    },
  );

  test('The keyboard reaches everything in order, beginning with a link past the header.', async () => {
    const page = await open({});
    const names: string[] = [];
    for (let press = 0; press < 7; press += 1) {
      await page.keyboard.press('Tab');
      names.push(await page.evaluate(() => document.activeElement?.textContent?.trim().split(/\s+/).slice(0, 3).join(' ') ?? ''));
    }
    expect(names).toEqual(['Skip to the', 'Tributary', 'Explorer', 'Sandbox', 'Open the explorer', 'Open in Apollo', 'Copy']);
  });
});
