import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { launchBrowser, openPage, type WatchedPage } from './chromium.js';
import type { Site } from './site.js';
import { ensurePagesAreBuilt } from './stub-gateway.js';

/**
 * A site and a browser for the tests of one `describe`. The page that a test opens is watched: when the test ends, it has
 * asked nobody but the site, and nothing has complained.
 */
export class PagesInBrowser {
  #site: Site | null = null;
  #browser: Browser | null = null;
  #opened: WatchedPage | null = null;

  /** @param expectedComplaint what the browser may say on its console, such as that a request was refused. */
  constructor(start: () => Promise<Site>, { expectedComplaint = null }: { readonly expectedComplaint?: RegExp | null } = {}) {
    beforeAll(async () => {
      ensurePagesAreBuilt();
      this.#site = await start();
      this.#browser = await launchBrowser();
    }, 90_000);
    afterAll(async () => {
      await this.#browser?.close();
      await this.#site?.close();
    });
    afterEach(async () => {
      await this.#opened?.context.close();
      const { foreignRequests, complaints = [] } = this.#opened ?? {};
      const unexpected = complaints.filter((complaint) => expectedComplaint?.test(complaint) !== true);
      expect({ foreignRequests, unexpected }).toEqual({ foreignRequests: [], unexpected: [] });
    });
  }

  get url(): string {
    return this.#site?.url ?? '';
  }

  async open(path: string, options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
    if (this.#browser === null) throw new Error('No test runs.');
    this.#opened = await openPage(this.#browser, `${this.url}${path}`, options);
    return this.#opened.page;
  }
}
