import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { chooseEncoding } from '../compression.js';
import { matchesEntityTag } from '../entity-tags.js';

interface ExplorerOptions {
  /** The pages that `scripts/build-explorer.mjs` builds, dist/explorer. Read only when enabled. */
  readonly folder: string;
  readonly enabled: boolean;
  /** The path below which the gateway is published too; none by default. */
  readonly basePath?: string;
  /** Whether there is the page of the demo, to which the landing page then leads. */
  readonly isDemo?: boolean;
}

/**
 * Serves the landing page at `/`, the explorer at `/explorer` and their assets below `/explorer/assets/`. They are static, need no
 * credentials and contain no data. When it is not enabled, none of these routes exists. Register it once.
 *
 * @throws PageMissingError when the pages are not built.
 */
export async function explorerPlugin(
  app: FastifyInstance,
  { folder, enabled, basePath = '', isDemo = false }: ExplorerOptions,
): Promise<void> {
  const landing = enabled ? await readPage(join(folder, 'landing.html'), landingHeaders, isDemo ? showDemoLinks : undefined) : null;
  app.decorate(landingPage, { page: landing });
  if (landing === null) return;
  if (isDemo) {
    const demoPage = await readPage(join(folder, 'demo.html'), landingHeaders);
    app.get('/demo', (request, reply) => sendPage(request, reply, demoPage));
    app.get('/demo/', (_request, reply) => reply.redirect('../demo', 308));
  }
  const explorerPage = await readPage(join(folder, 'explorer.html'), explorerHeaders);
  app.get('/', (request, reply) => sendPage(request, reply, landing));
  if (basePath !== '') app.get(basePath, (_request, reply) => reply.redirect(`${basePath}/`, 308));
  app.get('/explorer', (request, reply) => sendPage(request, reply, explorerPage));
  // The addresses in the page are relative to `/explorer`. So is this one, because a proxy may serve the gateway below a path.
  app.get('/explorer/', (request, reply) => reply.redirect(`../explorer${readSearch(request.url)}`, 308));
  const assets = await readAssets(join(folder, 'assets'));
  app.get<{ Params: { name: string } }>('/explorer/assets/:name', (request, reply) => {
    const asset = assets.get(request.params.name);
    return asset === undefined ? reply.callNotFound() : sendAsset(request, reply, asset, explorerHeaders);
  });
}

function readSearch(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
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

/** A page in memory. */
interface StaticPage {
  readonly html: string;
  /** A strong validator: the hash of the content. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws PageMissingError when the page is not built. */
async function readPage(
  file: string,
  headers: Readonly<Record<string, string>>,
  change: (html: string) => string = (html) => html,
): Promise<StaticPage> {
  try {
    const html = change(await readFile(file, 'utf8'));
    return { html, etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`, headers };
  } catch (cause) {
    throw new PageMissingError(cause);
  }
}

function showDemoLinks(html: string): string {
  return html.replaceAll(' data-demo hidden', '');
}

/** Sends a page, or 304 when the client has it. Browsers revalidate it each time, so that a new version is seen at once. */
function sendPage(request: FastifyRequest, reply: FastifyReply, { html, etag, headers }: StaticPage): FastifyReply {
  reply.headers({ ...headers, 'cache-control': 'no-cache', etag });
  if (matchesEntityTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type('text/html; charset=utf-8').send(html);
}

/** Thrown at the start when the explorer is enabled and its pages are not built. The message says what to do. */
export class PageMissingError extends Error {
  override readonly name = 'PageMissingError';
  readonly code = 'EXPLORER_NOT_BUILT';

  constructor(cause: unknown) {
    super('The explorer is not built: run `npm run build`, or set graphql.explorer to false.', { cause });
  }
}

/** A file that the pages load. Its name contains a hash of its content. */
interface Asset {
  readonly file: string;
  readonly type: string;
  /** The same content, compressed by the build; null where that saves too little. */
  readonly gzipFile: string | null;
}

/**
 * The assets in a folder, by name. Only files of this map are ever opened, so no path in a request leads anywhere else. Not
 * @fastify/static: it needs `require` of an ES module, which Jest refuses below Node 24.9, and little of what it does is needed.
 */
async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const names = new Set(await readdir(folder));
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const type = assetTypes.get(extname(name));
    if (type === undefined) continue;
    assets.set(name, { file: join(folder, name), type, gzipFile: names.has(`${name}.gz`) ? join(folder, `${name}.gz`) : null });
  }
  return assets;
}

const assetTypes: ReadonlyMap<string, string> = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.ttf', 'font/ttf'],
]);

/** Sends an asset, compressed if the client accepts that. Browsers keep it for ever: another content has another name. */
async function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const gzipFile = chooseEncoding(request.headers['accept-encoding'], ['gzip']) === 'gzip' ? asset.gzipFile : null;
  const content = await readFile(gzipFile ?? asset.file);
  reply.headers({ ...headers, 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' });
  if (gzipFile !== null) reply.header('content-encoding', 'gzip');
  return reply.type(asset.type).send(content);
}
