import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import type { FastifyReply, FastifyRequest } from 'fastify';

/** A page in memory. */
export interface StaticPage {
  readonly html: string;
  /** A strong validator: the hash of the content. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws PageMissingError when the page is not built. */
export async function readPage(file: string, headers: Readonly<Record<string, string>>): Promise<StaticPage> {
  try {
    const html = await readFile(file, 'utf8');
    return { html, etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`, headers };
  } catch (cause) {
    throw new PageMissingError(cause);
  }
}

/** Sends a page, or 304 when the client has it. Browsers revalidate it each time, so that a new version is seen at once. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, { html, etag, headers }: StaticPage): FastifyReply {
  reply.headers({ ...headers, 'cache-control': 'no-cache', etag });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type('text/html; charset=utf-8').send(html);
}

/** RFC 9110, section 13.1.2: a list of tags, compared weakly. */
function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** Thrown at the start when the explorer is enabled and its pages are not built. The message says what to do. */
export class PageMissingError extends Error {
  override readonly name = 'PageMissingError';

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
export async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
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
export async function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const gzipFile = acceptsGzip(request.headers['accept-encoding']) ? asset.gzipFile : null;
  const content = await readFile(gzipFile ?? asset.file);
  reply.headers({ ...headers, 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' });
  if (gzipFile !== null) reply.header('content-encoding', 'gzip');
  return reply.type(asset.type).send(content);
}

function acceptsGzip(acceptEncoding: string | string[] | undefined): boolean {
  return /(?:^|,)\s*gzip\s*(?:,|;\s*q=(?:1|0\.\d*[1-9])|$)/.test(String(acceptEncoding ?? ''));
}
