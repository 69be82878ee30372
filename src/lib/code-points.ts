/**
 * Compares text by Unicode code points. The operator `<` compares UTF-16 units, which puts everything outside the Basic
 * Multilingual Plane before U+E000. A lone surrogate counts as the code point with its number.
 *
 * @returns below 0, 0 or above 0; 0 only for equal text.
 */
export function compareCodePoints(left: string, right: string): number {
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  // The last equal unit may be the first half of two different characters, or of one here and alone there.
  const before = codePoint(left, at - 1) - codePoint(right, at - 1);
  return before === 0 ? codePoint(left, at) - codePoint(right, at) : before;
}

/** Whether text begins with whole characters of another; half a character is no beginning. */
export function beginsWith(text: string, beginning: string): boolean {
  return text.startsWith(beginning) && codePoint(text, beginning.length - 1) === codePoint(beginning, beginning.length - 1);
}

/** The end of text comes before every character. */
function codePoint(text: string, at: number): number {
  return text.codePointAt(at) ?? -1;
}
