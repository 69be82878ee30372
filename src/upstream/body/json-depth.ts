/** Deeper than any plane nests, and far from what overflows the stack of JSON.stringify and recursive readers. */
export const maxJsonDepth = 256;

/** Whether brackets and braces outside strings nest at most this deep. It scans the text and builds nothing. */
export function isJsonDepthWithin(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === backslash) index++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return false;
    } else if (code === closeBrace || code === closeBracket) depth--;
  }
  return true;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
