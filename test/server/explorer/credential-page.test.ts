import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { keyOf } from '../../support/callers.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { World } from '../../support/world.js';
import { browser as chromium } from './chromium.js';
import { findFaint, measureContrasts } from './contrast.js';
import { PagesInBrowser } from './pages-in-browser.js';

const key = keyOf('explorer');

describeWith(chromium)('In front of a gateway that asks for credentials', () => {
  let world: World;
  const pages = new PagesInBrowser(
    async () => {
      world = await World.start({
        configuration: {
          graphql: { introspection: true, explorer: true },
          auth: {
            mode: 'keys',
            keys: [{ id: 'explorer', key }],
            grants: [{ who: '*', actions: ['read', 'introspect'], sources: ['*'] }],
          },
        },
      });
      return { url: world.gateway.origin, close: () => world.close() };
    },
    { expectedComplaint: /401 \(Unauthorized\)/ },
  );
  // The gateway logs the wrong key of the first test.
  afterEach(() => expect(world.log.filter((line) => !line.includes('UNKNOWN_API_KEY'))).toEqual([]));

  test('one field serves every tab and event streams; the schema comes by itself, and nothing is kept beyond the session.', async () => {
    const page = await pages.open('/explorer');
    const field = page.getByLabel('API key or token');
    await field.waitFor();
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.getByRole('status', { name: 'Response' }).getByText('HTTP 401').waitFor();
    await page.getByText('Enter a credential above').waitFor();
    expect(findFaint(await measureContrasts(page))).toEqual([]);

    await field.fill('wrong');
    await field.press('Enter');
    await page.getByText('The gateway refused this credential.').waitFor();

    // A refused key is sent no more, neither by the explorer nor by the landing page: the gateway blocks an address after ten of them.
    const [again] = await Promise.all([
      page.waitForRequest((request) => (request.postData() ?? '').includes('query ActiveTasks')),
      page.getByRole('button', { name: /^Execute query/ }).click(),
    ]);
    expect(again.headers()['authorization']).toBeUndefined();
    await page.getByText('The gateway refused this credential.').waitFor();

    await field.fill(key);
    await field.press('Enter');
    await page.getByText('Your credential is sent with every operation').waitFor();
    // The schema is there without a press of "Re-fetch": the documentation knows it.
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('All Schema Types').waitFor();
    for (const name of ['ActiveTasks', 'FailedTasks']) {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await page.getByRole('status', { name: 'Response' }).getByText('HTTP 200').waitFor();
    }
    const [stream] = await Promise.all([
      page.waitForRequest((request) => new URL(request.url()).pathname === '/graphql/stream'),
      page
        .getByRole('tab', { name: 'WatchTasks' })
        .click()
        .then(() => page.getByRole('button', { name: /^Execute query/ }).click()),
    ]);
    expect(stream.headers()['authorization']).toBe(`Bearer ${key}`);

    expect(await stored(page, 'localStorage')).not.toContain(key);
    expect(await stored(page, 'sessionStorage')).toContain(key);
    expect(page.url()).not.toContain(key);
  });

  test('the landing page sends a refused credential once, and asks no more without one, until another one is entered.', async () => {
    const page = await pages.open('/');
    await page.getByText('Only callers with credentials may see the sources.').waitFor();
    const sent: (string | undefined)[] = [];
    page.on('request', (request) => {
      if ((request.postData() ?? '').includes('maxAgeMs: $maxAgeMs')) sent.push(request.headers()['authorization']);
    });
    await page.evaluate(() => sessionStorage.setItem('tributary:credential', 'Bearer revoked'));
    await page.clock.install();
    await page.goto(pages.url);
    await page.getByText('Only callers with credentials may see the sources.').waitFor();
    await page.clock.runFor(60_000);
    expect(sent).toEqual(['Bearer revoked']);
    // Neither does a reload send it again.
    await page.reload();
    await page.getByText('Only callers with credentials may see the sources.').waitFor();
    await page.clock.runFor(60_000);
    expect(sent).toEqual(['Bearer revoked', undefined]);
    await page.evaluate(() => document.querySelector<HTMLAnchorElement>('a[href="./explorer"]')?.click());
    await page.getByText('The gateway refused this credential.').waitFor();
    await page.getByLabel('API key or token').fill(key);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByText('Your credential is sent').waitFor();
    await page.goto(pages.url);
    await page.getByText('All 4 sources are up.').waitFor();
    expect(sent).toEqual(['Bearer revoked', undefined, `Bearer ${key}`]);
  });

  test('the credential outlives a reload, serves the landing page too, and is gone after Clear.', async () => {
    const page = await pages.open('/explorer');
    await page.getByLabel('API key or token').fill(`Bearer ${key}`);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByText('Your credential is sent').waitFor();
    await page.reload();
    await page.getByText('Your credential is sent').waitFor();
    await page.getByRole('link', { name: 'Tributary' }).click();
    await page.getByText('All 4 sources are up.').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('API key or token').waitFor();
    expect(await stored(page, 'sessionStorage')).not.toContain(key);
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.getByRole('status', { name: 'Response' }).getByText('HTTP 401').waitFor();
  });
});

function stored(page: Page, storage: 'localStorage' | 'sessionStorage'): Promise<string> {
  return page.evaluate((name) => JSON.stringify(window[name]), storage);
}
