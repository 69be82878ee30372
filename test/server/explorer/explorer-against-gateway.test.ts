import { afterEach, expect, test } from '@jest/globals';
import type { Page, Response } from 'playwright-core';

import type { Json } from '../../support/post.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { World } from '../../support/world.js';
import { browser as chromium } from './chromium.js';
import { PagesInBrowser } from './pages-in-browser.js';

describeWith(chromium)('In a browser, in front of a gateway and its planes', () => {
  let world: World;
  const pages = new PagesInBrowser(async () => {
    world = await World.start({ configuration: { graphql: { introspection: true, explorer: true } } });
    return { url: world.gateway.origin, close: () => world.close() };
  });
  afterEach(() => expect(world.log).toEqual([]));

  const open = (path: string): Promise<Page> => pages.open(path, { width: 1280, height: 800 });

  test('the first tab of the explorer shows tasks of the planes.', async () => {
    const page = await open('/explorer');
    await page.getByRole('tab', { name: 'ActiveTasks' }).waitFor();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    const { tasks } = await execute(page, 'ActiveTasks');
    expect(tasks.nodes.length).toBeGreaterThan(5);
    await resultShows(page, `"totalCount": ${tasks.totalCount}`);
    await shoot(page, 'explorer-real');
  });

  test('another tab shows why tasks failed.', async () => {
    const page = await open('/explorer');
    await page.getByRole('tab', { name: 'FailedTasks' }).click();
    await page.locator('.graphiql-query-editor').getByText('FailedTasks').first().waitFor();
    const { tasks } = await execute(page, 'FailedTasks');
    await resultShows(page, `"name": ${JSON.stringify(tasks.nodes[0].name)}`);
    await shoot(page, 'explorer-failed-tasks');
  });

  test('an example that watches names a task that runs, one that reads names a task that exists, and one that acts names none.', async () => {
    const page = await open('/explorer');
    const examples = page.getByRole('region', { name: 'Examples' });
    await examples.getByText('TaskTree', { exact: true }).click();
    await page.getByRole('tab', { name: 'TaskTree' }).waitFor();
    expect((await execute(page, 'TaskTree')).task.status).toBe('FAILED');

    await examples.getByText('WatchTask', { exact: true }).click();
    await page.locator('.graphiql-tab-button', { hasText: /^WatchTask$/ }).waitFor();
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await resultShows(page, '"kind": "CURRENT"');
    await resultShows(page, '"status": "RUNNING"');

    await examples.getByText('CancelTasks', { exact: true }).click();
    await page.getByRole('tab', { name: 'CancelTasks' }).waitFor();
    await page.locator('.graphiql-editor-tool').getByText('Choose what to act on').waitFor();
    expect(await page.locator('.graphiql-editor-tool .view-lines').first().innerText()).toMatch(/"ids":\s\[\]/);
  });

  test('the explorer knows the schema: its documentation speaks of the types of every plane.', async () => {
    const page = await open('/explorer');
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const documentation = page.locator('.graphiql-plugin');
    await documentation.getByText('Reading. Every field is nullable').or(documentation.getByText('All Schema Types')).first().waitFor();
    for (const name of ['AstraTask', 'CatalogTask', 'VcfTask']) await documentation.getByRole('link', { name, exact: true }).waitFor();
  });

  test('the landing page shows each of the four sources, all of them up.', async () => {
    const page = await open('/');
    const sources = page.getByRole('list', { name: 'State of the sources' }).getByRole('listitem');
    await sources.first().waitFor();
    const texts = await sources.allInnerTexts();
    const lines = [/catalog-demo[^]*CATALOG[^]*up$/i, /astra-demo[^]*ASTRA[^]*up$/i, /vcf-sfo[^]*VCF[^]*up$/i, /vcf-lax[^]*VCF[^]*up$/i];
    expect(texts).toEqual(lines.map((line) => expect.stringMatching(line)));
    expect(await page.getByRole('status').textContent()).toBe('All 4 sources are up.');
    await shoot(page, 'landing-real');
  });
});

/** Runs the operation of the open tab; what the gateway answered. */
async function execute(page: Page, operationName: string): Promise<Json> {
  const isAnswer = (response: Response): boolean =>
    new URL(response.url()).pathname === '/graphql' && (response.request().postData() ?? '').includes(`"operationName":"${operationName}"`);
  const [response] = await Promise.all([page.waitForResponse(isAnswer), page.getByRole('button', { name: /^Execute query/ }).click()]);
  const { data, errors }: Json = await response.json();
  expect(errors).toBeUndefined();
  return data;
}

/** Waits until a line of the result says this; the editor only has the lines that can be seen, and writes spaces that do not break. */
async function resultShows(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('.result-window')?.textContent?.replaceAll('\u00a0', ' ').includes(wanted) === true,
    text,
  );
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['TRIBUTARY_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}
