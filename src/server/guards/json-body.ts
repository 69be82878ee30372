import type { FastifyInstance, FastifyRequest } from 'fastify';

import { BodyError } from '../http-error-responses.js';
import type { AppGuard } from './guard.js';
import { RepeatedTexts } from './repeated-texts.js';

/** Accepts bodies of JSON in UTF-8 and no others: no other charset, nothing compressed, nothing that is expensive to parse. */
export const jsonBodyGuard: AppGuard = {
  name: 'JSON body',
  refuses: ['415 BAD_USER_INPUT', '400 BAD_USER_INPUT', '400 LIMIT_EXCEEDED', '413 LIMIT_EXCEEDED'],
  register: acceptOnlyJson,
};

function acceptOnlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  const bodies = new RepeatedTexts();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = isUtf8(request) ? decodeUtf8(body) : notUtf8Error;
    if (typeof text !== 'string') return done(text);
    const known = bodies.find(text);
    if (known !== undefined) return done(null, known);
    const excess = findJsonExcess(text);
    if (excess !== null) return done(new BodyError(400, 'LIMIT_EXCEEDED', excess));
    return parse(request, text, (error, value) => {
      if (error === null) bodies.add(text, value);
      done(error, value);
    });
  });
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    const encoding = headers['content-encoding'];
    if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') done();
    else done(compressedBodyError);
  });
}

const compressedBodyError = new BodyError(415, 'BAD_USER_INPUT', 'The body of a request must not be compressed.');
const notUtf8Error = new BodyError(415, 'BAD_USER_INPUT', 'The body of a request must be in UTF-8.');

function isUtf8({ headers }: FastifyRequest): boolean {
  if (headers['content-type'] === 'application/json') return true;
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '')?.[1];
  return charset === undefined || charset.toLowerCase() === 'utf-8' || charset.toLowerCase() === 'utf8';
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true });

/** Bytes that are not UTF-8 are refused, not replaced by characters that look like a valid request. */
function decodeUtf8(body: Buffer): string | BodyError {
  try {
    return strictDecoder.decode(body);
  } catch {
    return new BodyError(400, 'BAD_USER_INPUT', 'The body of the request is not UTF-8.');
  }
}

/** How deeply a body may be nested; the deepest filter needs a tenth of it. */
const maxDepth = 64;

/** Members of objects and elements of arrays in one body: ten times a bulk mutation with all its variables. */
const maxMembers = 10_000;

/**
 * Checks JSON in one pass before anything of it is built: depth, number of members, and keys that an object has twice (a proxy may
 * have read the other one). Returns a message for the client, which says `what` the text is, or null; text that is no JSON is left to the
 * parser.
 */
export function findJsonExcess(text: string, what = 'the body of the request'): string | null {
  /** The keys so far of each object that is open; null for an array. */
  const open: (Set<string> | null)[] = [];
  let members = 0;
  let expectsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = findEndOfString(text, at);
      if (expectsKey) {
        const keys = open.at(-1);
        const key = normalizeKey(text.slice(at, end + 1));
        if (keys?.has(key) === true) return `An object in ${what} has one key twice.`;
        keys?.add(key);
        expectsKey = false;
      }
      at = end;
    } else if (code === openBrace || code === openBracket) {
      open.push(code === openBrace ? new Set() : null);
      if (open.length > maxDepth) return `${capitalize(what)} is nested too deeply.`;
      expectsKey = code === openBrace;
    } else if (code === closeBrace || code === closeBracket) {
      open.pop();
      expectsKey = false;
    } else if (code === comma) {
      if ((members += 1) > maxMembers) return `${capitalize(what)} has too many members.`;
      expectsKey = open.at(-1) != null;
    }
  }
  return null;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The index of the quote that ends the string at `start`; the length of the text when there is none. */
function findEndOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

/** Escapes let one key be written in several ways. */
function normalizeKey(written: string): string {
  if (!written.includes('\\')) return written;
  try {
    return JSON.stringify(JSON.parse(written));
  } catch {
    return written;
  }
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
