import { expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';

import { serve } from '../../../src/cli/serve.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { createTestIo } from '../../cli/test-io.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { browser as chromium } from './chromium.js';
import { findFaint, measureContrasts } from './contrast.js';
import { PagesInBrowser } from './pages-in-browser.js';

describeWith(chromium)('The page of the demo in a browser', () => {
  const pages = new PagesInBrowser(async () => {
    const { io } = createTestIo('');
    const gateway = await serve({ port: 0 }, sourceModules, { ...io, exists: () => false });
    return { url: gateway.origin, close: () => gateway.close() };
  });

  test('The landing page leads to it; a button breaks a plane, and another one mends it.', async () => {
    const page = await pages.open('/');
    await page.getByRole('link', { name: 'Break one' }).click();
    await page.getByText('All 4 sources are up.').waitFor();
    await plane(page, 'vcf-lax').getByRole('button', { name: 'Gone' }).click();
    await plane(page, 'vcf-lax').getByText('Unreachable:').waitFor();
    expect(await plane(page, 'vcf-lax').getByRole('button', { name: 'Gone' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByText('3 of 4 sources are up.').waitFor();
    await page.getByRole('button', { name: 'Mend all' }).click();
    await plane(page, 'vcf-lax').getByRole('button', { name: 'Works', pressed: true }).waitFor();

    await page.getByRole('link', { name: 'See it in the explorer' }).click();
    await page.getByRole('tab', { name: 'BrokenPlanes', selected: true }).waitFor();
  });

  test.each([
    ['light', 1400],
    ['dark', 1400],
    ['light', 400],
    ['dark', 400],
  ] as const)('In %s at %i pixels, it reads well.', async (colorScheme, width) => {
    const page = await pages.open('/demo', { colorScheme, width });
    await plane(page, 'vcf-lax').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(findFaint(await measureContrasts(page))).toEqual([]);
    const folder = process.env['TRIBUTARY_SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/demo-${colorScheme}-${width}.png`, fullPage: true });
  });
});

function plane(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Planes of the demo' }).getByRole('listitem').filter({ hasText: name });
}
