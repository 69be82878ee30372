import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { describeWith } from '../../support/describe-with-tool.js';
import { World } from '../../support/world.js';
import { browser as chromium } from './chromium.js';
import { PagesInBrowser } from './pages-in-browser.js';

const script = 'window.stolen=(window.stolen||0)+1';

/** What a plane may put into every text of a task. */
const hostileTexts = [
  `<img src=x onerror="${script}">`,
  `<script>${script}</script>`,
  `"><svg/onload=${script}>`,
  `</script></textarea></title><iframe srcdoc="<script>${script}</script>">`,
  `<a href="javascript:${script}">press here</a>`,
  `[press here](javascript:${script}) ![x](http://evil.example/x.png)`,
  '{{constructor.constructor("window.stolen=1")()}} ${window.stolen=1} #{7*7} <%= 7*7 %>',
  '\u202egnp.exe\u2066 \u200b\ufeff \u0000\u001b[2J \ud800',
  'שלום مرحبا می‌خواهم 👨‍👩‍👧',
  `\u0300${'\u0301'.repeat(2_000)}`,
  `__proto__ constructor toString`,
  'w'.repeat(1_000_000),
];

describeWith(chromium)('In a browser, with tasks whose every text is hostile', () => {
  let world: World;
  const pages = new PagesInBrowser(async () => {
    world = await World.start({ configuration: { graphql: { introspection: true, explorer: true } } });
    for (const text of hostileTexts) {
      world.planes['vcf-sfo'].addTask({
        name: text,
        type: text,
        status: 'FAILED',
        localizableDescriptionPack: { message: text },
        errors: [
          { errorCode: text, message: text, remediationMessage: text, remediationUrl: `javascript:${script}`, referenceToken: text },
        ],
        resources: [{ resourceId: text, name: text, fqdn: text, type: text }],
        subTasks: [{ name: text, description: text, status: 'FAILED', documentationLink: { url: `javascript:${script}` } }],
      });
    }
    return { url: world.gateway.origin, close: () => world.close() };
  });
  afterEach(() => expect(world.log).toEqual([]));

  const expectNothingRan = async (page: Page): Promise<void> => {
    expect(await page.evaluate(() => ({ stolen: Reflect.get(window, 'stolen') as unknown, frames: window.frames.length }))).toEqual({
      stolen: undefined,
      frames: 0,
    });
    expect(await page.locator('img[src="x"], iframe, a[href^="javascript:"]').count()).toBe(0);
  };

  test('the explorer shows them as text, executes nothing of them and requests nothing.', async () => {
    const page = await pages.open('/explorer', { width: 1280, height: 800 });
    await page.getByRole('tab', { name: 'FailedTasks' }).click();
    await page.locator('.graphiql-query-editor').getByText('FailedTasks').first().waitFor();
    const answered = page.waitForResponse((response) => (response.request().postData() ?? '').includes('"operationName":"FailedTasks"'));
    await page.getByRole('button', { name: /^Execute query/ }).click();
    expect((await (await answered).text()).includes('onerror')).toBe(true);
    const shows = (text: string): Promise<unknown> =>
      page.waitForFunction(
        (wanted) => document.querySelector('.result-window')?.textContent?.replaceAll('\u00a0', ' ').includes(wanted) === true,
        text,
      );
    await shows('"data"');
    // The editor has only the lines that can be seen.
    await page.locator('.result-window .monaco-editor').click();
    for (let pressed = 0; pressed < 20; pressed += 1) await page.keyboard.press('PageDown');
    await page.keyboard.press('Control+End');
    await shows('}');
    await expectNothingRan(page);
  });

  test('the landing page shows its sources all the same.', async () => {
    const page = await pages.open('/', { width: 360, height: 800 });
    await page.getByRole('list', { name: 'State of the sources' }).getByRole('listitem').first().waitFor();
    expect(await page.title()).toBe('Tributary');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await expectNothingRan(page);
  });
});
