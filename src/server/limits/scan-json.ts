/** Levels that a request nests at most: the deepest filter needs a tenth of them. */
const mostLevels = 64;

/** Members and elements that a request has at most. */
const mostMembers = 10_000;

/**
 * Looks at JSON before anything of it is built, in one pass; answers what is too much in it, or cannot be told apart, in words
 * for the client, or null. What is no JSON at all is for the parser to say.
 */
export function scanJson(text: string): string | null {
  /** Of the objects around, the keys so far; null for an array. */
  const open: (Set<string> | null)[] = [];
  let members = 0;
  let expectsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at);
      if (expectsKey) {
        const keys = open.at(-1);
        const key = keyOf(text.slice(at, end + 1));
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
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

/** One key may be written in several ways. */
function keyOf(written: string): string {
  if (!written.includes('\\')) return written;
  try {
    return JSON.stringify(JSON.parse(written));
  } catch {
    return written;
  }
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
