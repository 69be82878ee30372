import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import type { FastifyReply, FastifyRequest } from 'fastify';

/** A page in memory, with the headers that it is always sent with. */
export interface StaticPage {
  readonly html: string;
  /** Strong, of the content. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Throws a PageMissingError when the page is not built. */
export async function readPage(file: string, headers: Readonly<Record<string, string>>): Promise<StaticPage> {
  try {
    const html = await readFile(file, 'utf8');
    return { html, etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`, headers };
  } catch (cause) {
    throw new PageMissingError(cause);
  }
}

/** Sends a page, or 304 to who has it already. A browser asks each time, so that a new version is seen at once. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, { html, etag, headers }: StaticPage): FastifyReply {
  reply.headers({ ...headers, 'cache-control': 'no-cache', etag });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type('text/html; charset=utf-8').send(html);
}

/** RFC 9110, section 13.1.2: a list, compared weakly. */
function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** Thrown at the start when the explorer is on and its pages are not built. The message says what to do. */
export class PageMissingError extends Error {
  override readonly name = 'PageMissingError';

  constructor(cause: unknown) {
    super('The explorer is not built: run `npm run build`, or set graphql.explorer to false.', { cause });
  }
}

/** A built file that the pages load. Its name holds a hash of its content. */
export interface Asset {
  readonly file: string;
  readonly type: string;
  /** The same content, compressed by the build; null where that does not pay. */
  readonly gzipFile: string | null;
}

/**
 * The assets in a folder, by name. Only what is in this map is ever opened: a path in a request cannot lead anywhere else.
 * (Not @fastify/static: it needs `require` of an ES module, which Jest refuses below Node 24.9, for a fraction of what it can do.)
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

/** Sends an asset, compressed to who takes that. A browser never asks for it again: another content has another name. */
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
