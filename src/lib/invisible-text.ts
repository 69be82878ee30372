/** Escape sequences with which a text colours a terminal, moves its cursor or sets its title (ECMA-48: CSI and OSC). */
const terminalSequences = /(?:(?![\t\n\r])\p{Cc}\[|\u009B)[0-?]*[ -/]*[@-~]|(?![\t\n\r])\p{Cc}\][^\p{Cc}]*(?:(?![\t\n\r])\p{Cc}\\?)?/gu;

/** Control characters but tab and line breaks. */
const controls = /(?:(?![\t\n\r])\p{Cc})+/gu;

/**
 * Characters that show nothing, or change how others show: marks of the direction, characters without width, tags and annotations. Marks
 * in front of numbers, such as the Arabic number sign, are visible. Of the joiners, see below.
 */
const invisible = /(?![\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}\u200C\u200D])\p{Cf}/gu;

/** Persian, Indic scripts and emoji need the joiners ZWNJ and ZWJ behind their characters; behind ASCII they only hide. */
const needlessJoiners = /(?<!\P{ASCII})[\u200C\u200D]+/gu;

const printable = /^[ -~\t\n\r]*$/;

/** The same, with all that a line of a log or a terminal must not contain as it is. */
const unsafeInLines = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A text of a plane without what nobody sees, as messages show it; control characters become a space, and a half of a surrogate
 * pair U+FFFD. The time is linear in the length of the text.
 */
export function removeInvisible(text: string): string {
  // Nearly all messages are printable ASCII, and one look costs a fraction of five replacements.
  return printable.test(text) ? text : removeInvisibleParts(text);
}

function removeInvisibleParts(text: string): string {
  return text
    .replace(terminalSequences, '')
    .replace(controls, ' ')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .replace(invisible, '')
    .replace(needlessJoiners, '');
}

/** A text with such characters as `\uXXXX`, which means the same in JSON. Tabs and line feeds stay. */
export function escapeInvisible(text: string): string {
  return text.replace(unsafeInLines, (character) =>
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
}
