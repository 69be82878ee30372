import { join } from 'node:path';

import type { FastifyInstance, FastifyReply } from 'fastify';

import { readAssets, readPage, sendAsset, sendPage, type StaticPage } from './static-files.js';

export interface ExplorerOptions {
  /** The pages that `scripts/build-explorer.mjs` builds, dist/explorer. Read only when enabled. */
  readonly folder: string;
  readonly enabled: boolean;
}

/**
 * Serves the landing page at `/`, the explorer at `/explorer` and the assets of both below `/explorer/assets/`. They are static, need no
 * credentials and contain no data. When it is not enabled, none of these routes exists. Register it once.
 *
 * @throws PageMissingError when the pages are not built.
 */
export async function explorerPlugin(app: FastifyInstance, { folder, enabled }: ExplorerOptions): Promise<void> {
  const landing = enabled ? await readPage(join(folder, 'landing.html'), landingHeaders) : null;
  app.decorate(landingPage, { page: landing });
  if (landing === null) return;
  const explorerPage = await readPage(join(folder, 'explorer.html'), explorerHeaders);
  app.get('/', (request, reply) => sendPage(request, reply, landing));
  for (const path of ['/explorer', '/explorer/']) app.get(path, (request, reply) => sendPage(request, reply, explorerPage));
  const assets = await readAssets(join(folder, 'assets'));
  app.get<{ Params: { name: string } }>('/explorer/assets/:name', (request, reply) => {
    const asset = assets.get(request.params.name);
    return asset === undefined ? reply.callNotFound() : sendAsset(request, reply, asset, explorerHeaders);
  });
}

/** Both pages need their own scripts and icon, and connect to the gateway that served them. */
const contentPolicy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};
const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/**
 * Headers of the explorer and its assets. Its editor (Monaco) adds style elements at run time and cannot give them a nonce, hence
 * 'unsafe-inline' for styles alone. Its icons are a font in a data URL.
 */
const explorerHeaders: Readonly<Record<string, string>> = {
  ...commonHeaders,
  'content-security-policy': renderPolicy({
    ...contentPolicy,
    'style-src': "'self' 'unsafe-inline'",
    'font-src': "'self' data:",
    'worker-src': "'self'",
  }),
};

const landingPage = Symbol('landingPage');

/** Headers of the landing page, which has no inline style either. */
const landingHeaders: Readonly<Record<string, string>> = {
  ...commonHeaders,
  'content-security-policy': renderPolicy(contentPolicy),
};

/** Without this, Fastify would hide the decorator of a registered plugin from the app. */
Object.assign(explorerPlugin, { [Symbol.for('skip-override')]: true });

/** Sends the landing page, or 404 when the explorer is not enabled. */
export function sendLandingPage(reply: FastifyReply): FastifyReply {
  const { page } = reply.server.getDecorator<{ page: StaticPage | null }>(landingPage);
  if (page !== null) return sendPage(reply.request, reply.header('vary', 'accept'), page);
  reply.callNotFound();
  return reply;
}

function renderPolicy(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
