import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';

import { browser as chromium, launchBrowser } from '../server/explorer/chromium.js';
import { describeWith } from '../support/describe-with-tool.js';
import { firstExample } from '../support/documents.js';
import { OnePlane } from './single-plane.js';
import { servePage, type TestPage } from './test-page.js';

describeWith(chromium)('The web page of the documents', () => {
  let world: OnePlane;
  let site: TestPage;
  let browser: Browser;

  beforeAll(async () => {
    world = await OnePlane.start();
    site = await servePage(firstExample('docs/live.md', 'js'));
    const gateway = new URL(await world.gateway({ server: { port: 0, cors: [site.origin] } }));
    browser = await launchBrowser({ hosts: `MAP 127.0.0.1:4000 ${gateway.host}` });
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await world?.close();
  });

  test('shows the running tasks and each of their changes, with the code as the documents print it.', async () => {
    const first = world.plane.addTask({ name: 'Add a host', status: 'PENDING' });
    world.plane.addTask({ name: 'Done long ago', status: 'SUCCESSFUL' });
    const page = await (await browser.newContext()).newPage();
    await page.goto(site.origin);
    await page.getByText('PENDING Add a host').waitFor();
    world.plane.setTask(first, { status: 'IN_PROGRESS' });
    await page.getByText('RUNNING Add a host').waitFor();
    const second = world.plane.addTask({ name: 'Replace a disk', status: 'IN_PROGRESS' });
    await page.getByText('RUNNING Replace a disk').waitFor();
    world.plane.setTask(first, { status: 'SUCCESSFUL' });
    await page.getByText('Add a host').waitFor({ state: 'detached' });
    expect(await page.locator('body').innerText()).toBe('RUNNING Replace a disk');
    world.plane.setTask(second, { status: 'FAILED' });
    await page.getByText('Replace a disk').waitFor({ state: 'detached' });
  });
});
