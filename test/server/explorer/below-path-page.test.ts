import { expect, test } from '@jest/globals';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describeWith } from '../../support/describe-with-tool.js';
import { browser as chromium } from './chromium.js';
import { PagesInBrowser } from './pages-in-browser.js';
import type { Site } from './site.js';
import { stubSite } from './stub-gateway.js';

describeWith(chromium)('Below a path of a proxy that serves nothing else', () => {
  const pages = new PagesInBrowser(async () => startProxy(await stubSite(), '/tributary'));

  test('the landing page shows the sources, and leads to an explorer that works, with or without a slash.', async () => {
    const page = await pages.open('/tributary/');
    await page.getByText('2 of 4 sources are up.').waitFor();
    expect(await page.locator('#endpoint').textContent()).toBe(`${pages.url}/tributary/graphql`);
    await page.getByRole('link', { name: 'Open the explorer' }).click();
    for (const address of ['explorer', 'explorer/']) {
      await page.goto(`${pages.url}/tributary/${address}`);
      await page.waitForURL(`${pages.url}/tributary/explorer`);
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await page.locator('.result-window').getByText('Commissioning').first().waitFor();
    }
    await page.getByRole('link', { name: 'Tributary' }).click();
    await page.waitForURL(`${pages.url}/tributary/`);
  });
});

/** A proxy that removes a path, as `location /tributary/ { proxy_pass http://gateway/; }` of nginx does. */
async function startProxy(site: Site, path: string): Promise<Site> {
  const server: Server = createServer((incoming, response) => {
    const url = incoming.url ?? '';
    if (!url.startsWith(`${path}/`)) return void response.writeHead(404).end();
    const forwarded = request(site.url + url.slice(path.length), { method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await site.close();
    },
  };
}
