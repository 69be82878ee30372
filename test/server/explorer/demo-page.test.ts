import { expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';

import { serve } from '../../../src/cli/serve.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { createTestIo } from '../../cli/test-io.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { browser as chromium } from './chromium.js';
import { findFaint, measureContrasts } from './contrast.js';
import { PagesInBrowser } from './pages-in-browser.js';
import type { Site } from './site.js';

describeWith(chromium)('The page of the demo in a browser', () => {
  const start = async (): Promise<Site> => {
    const { io } = createTestIo('');
    const gateway = await serve({ port: 0 }, sourceModules, { ...io, exists: () => false });
    return { url: gateway.origin, close: () => gateway.close() };
  };
  const pages = new PagesInBrowser(start, { expectedComplaint: /403 \(Forbidden\)|net::ERR_CONNECTION_REFUSED/ });

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

  test('A switch shows the answer to its own press, and a reading that began before does not turn it back.', async () => {
    const page = await pages.open('/demo');
    await plane(page, 'vcf-lax').getByRole('button', { name: 'Works', pressed: true }).waitFor();
    const held: (() => Promise<void>)[] = [];
    await page.route('**/demo/planes', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const response = await route.fetch();
      held.push(() => route.fulfill({ response }));
      return undefined;
    });
    while (held.length === 0) await page.waitForResponse('**/graphql');
    const late = held.splice(0);
    await plane(page, 'vcf-lax').getByRole('button', { name: 'Wrong' }).click();
    const wrong = plane(page, 'vcf-lax').getByRole('button', { name: 'Wrong', pressed: true });
    await wrong.waitFor();
    await Promise.all([page.waitForResponse((response) => response.request().method() === 'GET'), ...late.map((release) => release())]);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await wrong.count()).toBe(1);
    await page.unroute('**/demo/planes');
    await page.getByRole('button', { name: 'Mend all' }).click();
    await plane(page, 'vcf-lax').getByRole('button', { name: 'Works', pressed: true }).waitFor();
  });

  test('A change that fails is reported on the page: one that is refused, and one that nobody answers.', async () => {
    const page = await pages.open('/demo');
    await plane(page, 'vcf-lax').waitFor();
    const change = (): Promise<void> => plane(page, 'vcf-lax').getByRole('button', { name: 'Gone' }).click();
    const refusal = { errors: [{ message: 'The demo is closed.', extensions: { code: 'FORBIDDEN' } }] };
    await page.route('**/demo/planes', (route) =>
      route.request().method() === 'POST' ? route.fulfill({ status: 403, json: refusal }) : route.continue(),
    );
    await change();
    await page.getByRole('alert').getByText('Nothing was changed. The demo is closed.').waitFor();
    expect(findFaint(await measureContrasts(page))).toEqual([]);
    await page.unroute('**/demo/planes');
    await page.route('**/demo/planes', (route) => route.abort('connectionrefused'));
    await change();
    await page.getByRole('alert').getByText('Nothing was changed. The demo does not answer.').waitFor();
    await page.getByText('The demo does not answer.', { exact: true }).waitFor();
    await page.unroute('**/demo/planes');
    await page.getByRole('button', { name: 'Mend all' }).click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
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
