import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Encodings of responses, the preferred one first. */
type Encoding = 'br' | 'gzip';

/** Bytes of a response below which compression saves no packet worth its time. */
const minBytes = 2_048;

/** JSON and plain text. The pages and their assets are small, or compressed when they are built. */
const compressibleType = /^(?:application\/(?:[\w.-]+\+)?(?:x-nd)?json|text\/plain)(?:;|$)/i;

/** 500 KB of JSON become 50 KB in about 10 ms, beside the event loop. Higher levels take several times as long and save a tenth. */
const compressors: Readonly<Record<Encoding, (text: string | Buffer) => Promise<Buffer>>> = {
  br: (text) =>
    compressBrotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } }),
  gzip: (text) => compressGzip(text, { level: 4 }),
};
const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/**
 * Compresses responses for clients that accept it. Event streams and WebSockets are not concerned: their events have to leave at once.
 *
 * The BREACH attack does not apply: it needs a page that makes the browser of its victim send requests with the victim's credential, again
 * and again. Credentials of this gateway are in a header that no page of another origin can set, never in a cookie, and no response
 * contains a secret.
 *
 * Not @fastify/compress: it brings a dozen packages, and also decompresses requests, which this gateway refuses.
 */
export function compressResponses(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload: unknown, done) => {
    if ((typeof payload !== 'string' && !Buffer.isBuffer(payload)) || !isCompressible(request, reply, payload)) return done(null, payload);
    addVaryingHeaders(reply, ['accept-encoding']);
    const acceptEncoding = request.headers['accept-encoding'];
    const encoding = acceptEncoding === undefined ? null : chooseEncoding(acceptEncoding, ['br', 'gzip']);
    if (encoding === null) return done(null, payload);
    reply.header('content-encoding', encoding).removeHeader('content-length');
    void compressLater(payload, encoding, done);
  });
}

async function compressLater(
  payload: string | Buffer,
  encoding: Encoding,
  done: (error: Error | null, compressed?: Buffer) => void,
): Promise<void> {
  let compressed: Buffer;
  try {
    compressed = await compress(payload, encoding);
  } catch (cause) {
    return done(new Error('A response cannot be compressed.', { cause }));
  }
  done(null, compressed);
}

function isCompressible(request: FastifyRequest, reply: FastifyReply, payload: string | Buffer): boolean {
  // A string has at least as many bytes as characters: only those of a short one have to be counted.
  const isLong = payload.length >= minBytes || (typeof payload === 'string' && Buffer.byteLength(payload) >= minBytes);
  if (!isLong || request.method === 'HEAD' || reply.hasHeader('content-encoding')) return false;
  return compressibleType.test(String(reply.getHeader('content-type') ?? ''));
}

/** The compressed forms of bodies that are sent again and again. */
const compressedForms = new WeakMap<Buffer, Map<Encoding, Promise<Buffer>>>();

/** Lets a body be compressed for the first response alone, and keeps what comes of it as long as the body. */
export function compressOnce(body: Buffer): void {
  compressedForms.set(body, new Map());
}

function compress(body: string | Buffer, encoding: Encoding): Promise<Buffer> {
  const forms = typeof body === 'string' ? undefined : compressedForms.get(body);
  const known = forms?.get(encoding);
  if (known !== undefined) return known;
  const compressed = compressors[encoding](body);
  forms?.set(encoding, compressed);
  // What failed is tried again.
  compressed.catch(() => forms?.delete(encoding));
  return compressed;
}

/** Names headers of the request on which the response depends; those that are named already are not named again. */
export function addVaryingHeaders(reply: FastifyReply, names: readonly string[]): void {
  const named = String(reply.getHeader('vary') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = new Set(named.map((name) => name.toLowerCase()));
  reply.header('vary', [...named, ...names.filter((name) => !known.has(name))].join(', '));
}

/** The first of the encodings that a client accepts best (RFC 9110, section 12.5.3); null where it accepts none of them. */
export function chooseEncoding<T extends Encoding>(acceptEncoding: string | string[] | undefined, encodings: readonly T[]): T | null {
  return negotiate<T>(String(acceptEncoding ?? ''), [...encodings]);
}
