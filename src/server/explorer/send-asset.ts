import type { FastifyReply, FastifyRequest } from 'fastify';
import { readFile } from 'node:fs/promises';
import type { Asset } from './assets.js';

/** Sends an asset, compressed to who takes that. A browser never asks for it again: another content has another name. */
export async function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const gzipFile = takesGzip(request.headers['accept-encoding']) ? asset.gzipFile : null;
  const content = await readFile(gzipFile ?? asset.file);
  reply.headers({ ...headers, 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' });
  if (gzipFile !== null) reply.header('content-encoding', 'gzip');
  return reply.type(asset.type).send(content);
}

function takesGzip(acceptEncoding: string | string[] | undefined): boolean {
  return /(?:^|,)\s*gzip\s*(?:,|;\s*q=(?:1|0\.\d*[1-9])|$)/.test(String(acceptEncoding ?? ''));
}
