import { isIPv6 } from 'node:net';

/** Stands for what differs from one message to the next. */
export const ellipsis = '…';

/**
 * What messages of one cause have in common: the message with ids, numbers, addresses and quoted words replaced by `…`,
 * several in a row by one. Any word with a digit counts as an id or a number. It is at most 400 UTF-16 units long; only
 * the first 4,000 of the message are looked at, and every expression here takes time in proportion to them.
 */
export function messagePattern(message: string): string {
  const pattern = oneLine(message)
    .replace(pemBlock, ellipsis)
    .replace(quotedWords, ellipsis)
    .replace(url, ellipsis)
    .replace(wordOrAddress, maskVariable)
    .replace(severalInARow, ellipsis);
  return cut(pattern, 400);
}

/** A message of a plane as one line of at most 2,000 UTF-16 units; some planes send whole logs. */
export function oneLine(message: string): string {
  return cut(cut(message, 4_000).replace(/\s+/gu, ' ').trim(), 2_000);
}

/** SDDC Manager puts whole certificates into its errors. */
const pemBlock = /-----BEGIN [^-]*-----[^-]*(?:-----END [^-]*-----)?/gu;
/** An apostrophe inside a word quotes nothing. No mark can span the opening of another, so no text is scanned twice. */
const quotedWords = /"[^"]*"|`[^`]*`|“[^“”]*”|‘[^‘’]*’|«[^«»]*»|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu;
const url = /(?<![a-z\d+.-])[a-z][a-z\d+.-]*:\/\/[^\s"'<>()[\]{},;]+/giu;
const wordOrAddress = /[\p{L}\p{N}_.:@%-]+/gu;
const severalInARow = /…(?:[\s.:,/@%_+=-]{0,3}…)+/gu;

const macAddress = /^(?:[\da-f]{2}:){5,7}[\da-f]{2}$/iu;
const emailAddress = /^[^@]+@[^@]+$/u;
/** Of host names, only those that cannot be taken for the name of a class or an operation (`astra.backup.prep`). */
const hostName = /\.(?:com|net|org|io|dev|cloud|local|localdomain|lan|internal|intra|corp|home|test|example|arpa)$/iu;

function maskVariable(run: string): string {
  // Punctuation at the end belongs to the sentence, but an IPv6 address may end with a colon.
  const sentence = withoutEnd(run, '.');
  const body = isColonAddress(sentence) ? sentence : withoutEnd(run, '.:-');
  const isAddress = isColonAddress(body) || emailAddress.test(body);
  const parts = isAddress ? [ellipsis] : body.split(':').map((part) => (isVariable(part) ? ellipsis : part));
  return `${parts.join(':')}${run.slice(body.length)}`;
}

/** Whether it is an IPv6 or MAC address. Any IPv4 address has digits, which is enough to replace it. */
function isColonAddress(text: string): boolean {
  return text.includes(':') && (isIPv6(text) || macAddress.test(text));
}

function withoutEnd(text: string, marks: string): string {
  let end = text.length;
  while (end > 0 && marks.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function isVariable(part: string): boolean {
  return /\p{N}/u.test(part) || hostName.test(part) || isRandomId(part);
}

/** Ids of the catalog are 26 random letters and digits; one in a hundred has no digit, but hardly any has as few capitals as a word. */
function isRandomId(part: string): boolean {
  return part.length === 26 && part.replace(/[^A-Z]/gu, '').length > 6;
}

/** Never half a character at the end. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
