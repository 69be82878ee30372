import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** For `describeWith`. */
export const browser = {
  isThere: existsSync(executablePath),
  install: `Install Debian's package chromium, or set CHROMIUM_PATH (${executablePath} is not there).`,
};

/** Starts Chromium with an empty profile. `hosts` leads an address to another: `MAP example.test:80 127.0.0.1:8080`. */
export async function launchBrowser({ hosts = '' }: { readonly hosts?: string } = {}): Promise<Browser> {
  const names = ['no-sandbox', 'disable-dev-shm-usage', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];
  const args = [...names, 'disable-component-update', 'disable-sync', `host-resolver-rules=${hosts}`].map((name) => `--${name}`);
  return chromium.launch({ executablePath, headless: true, args });
}

/** A page whose every misdeed is noted. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses of requests to anything but the app; each was stopped. */
  readonly foreignRequests: string[];
  /** Errors of scripts, errors on the console, violations of the policy. */
  readonly complaints: string[];
}

/** Opens a page in a context of its own, or in the one given, so that storage is shared. */
export async function openPage(
  browser: Browser,
  url: string,
  { colorScheme = 'light', width = 1440, height = 900 }: { colorScheme?: 'light' | 'dark'; width?: number; height?: number } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height } });
  const watched = { context, page: await context.newPage(), foreignRequests: [], complaints: [] } satisfies WatchedPage;
  watch(watched, new URL(url).origin);
  await context.route(
    (address) => address.origin !== new URL(url).origin && address.protocol.startsWith('http'),
    (route) => route.abort(),
  );
  await watched.page.goto(url);
  return watched;
}

function watch({ context, page, foreignRequests, complaints }: WatchedPage, origin: string): void {
  context.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url())) foreignRequests.push(request.url());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
}
