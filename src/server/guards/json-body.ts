import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { ErrorCode } from '../../model/errors.js';

/** Reads bodies as JSON in UTF-8, and as nothing else: no other charset, nothing compressed, nothing that a parser would choke on. */
export function acceptOnlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = isUtf8(request) ? decodeUtf8(body) : notUtf8Error;
    if (typeof text !== 'string') return done(text);
    const excess = findJsonExcess(text);
    if (excess !== null) return done(new BodyError(400, 'LIMIT_EXCEEDED', excess));
    return parse(request, text, done);
  });
  app.addHook('onRequest', async ({ headers }) => {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') throw compressedBodyError;
  });
}

/** A request whose body is refused unread, or before it is parsed. */
export class BodyError extends Error {
  readonly statusCode: 400 | 415;
  readonly clientCode: ErrorCode;

  constructor(statusCode: 400 | 415, clientCode: ErrorCode, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.clientCode = clientCode;
  }
}

const compressedBodyError = new BodyError(415, 'BAD_USER_INPUT', 'The body of a request is not compressed.');
const notUtf8Error = new BodyError(415, 'BAD_USER_INPUT', 'The body of a request is in UTF-8.');

function isUtf8({ headers }: FastifyRequest): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '')?.[1];
  return charset === undefined || charset.toLowerCase() === 'utf-8' || charset.toLowerCase() === 'utf8';
}

/** What is no UTF-8 is refused, and not made into something that looks like it. */
function decodeUtf8(body: Buffer): string | BodyError {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return new BodyError(400, 'BAD_USER_INPUT', 'The body of the request is not UTF-8.');
  }
}

/** Levels that a request nests at most: the deepest filter needs a tenth of them. */
const mostLevels = 64;

/** Members and elements that a request has at most. */
const mostMembers = 10_000;

/**
 * Looks at JSON before anything of it is built, in one pass; answers what is too much in it, or cannot be told apart, in words
 * for the client, or null. What is no JSON at all is for the parser to say.
 */
export function findJsonExcess(text: string): string | null {
  /** Of the objects around, the keys so far; null for an array. */
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
        if (keys?.has(key) === true) return 'An object in the body of the request has one key twice.';
        keys?.add(key);
        expectsKey = false;
      }
      at = end;
    } else if (code === openBrace || code === openBracket) {
      open.push(code === openBrace ? new Set() : null);
      if (open.length > mostLevels) return 'The body of the request is nested too deeply.';
      expectsKey = code === openBrace;
    } else if (code === closeBrace || code === closeBracket) {
      open.pop();
      expectsKey = false;
    } else if (code === comma) {
      if ((members += 1) > mostMembers) return 'The body of the request has too many members.';
      expectsKey = open.at(-1) != null;
    }
  }
  return null;
}

/** Where the string that begins at `start` ends; the end of the text where it does not. */
function findEndOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

/** One key may be written in several ways. */
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
