/** Bytes of JSON that stand for something outside strings. */
export const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, comma, colon] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a,
];

const byteOrderMark = Buffer.from('\uFEFF');

/** Where the text begins after a byte order mark and white space. */
export function findTextStart(bytes: Buffer): number {
  const hasMark =
    bytes.length >= byteOrderMark.length && bytes.compare(byteOrderMark, 0, byteOrderMark.length, 0, byteOrderMark.length) === 0;
  return skipSpace(bytes, hasMark ? byteOrderMark.length : 0);
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** More white space between two values belongs to no list of a plane. */
const maxSpaceBytes = 65_536;

export function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at]) && at - from < maxSpaceBytes) at++;
  return at;
}

/** Behind the string that begins at `start`; `limit` where it does not end before. */
export function findStringEnd(bytes: Buffer, start: number, limit: number): number {
  for (let at = start + 1; at < limit; at++) {
    const byte = bytes[at];
    if (byte === backslash) at++;
    else if (byte === quote) return at + 1;
  }
  return limit;
}

/** How far a value may reach. */
interface Reach {
  /** The position before which it must end. */
  readonly limit: number;
  readonly maxDepth: number;
  /** Commas and brackets in it. */
  readonly maxMarks: number;
}

/** Behind the object or list that begins at `start`; null where it does not end within its reach. */
export function findContainerEnd(bytes: Buffer, start: number, { limit, maxDepth, maxMarks }: Reach): number | null {
  let [depth, marks] = [0, 0];
  const end = Math.min(limit, bytes.length);
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === quote) at = findStringEnd(bytes, at, end) - 1;
    else if (byte === comma) {
      if (++marks > maxMarks) return null;
    } else if (byte === openBrace || byte === openBracket) {
      if (++depth > maxDepth || ++marks > maxMarks) return null;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (--depth === 0) return at + 1;
    }
  }
  return null;
}
