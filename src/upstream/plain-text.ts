/** Text of a plane made fit for a message to clients: one line, no URL, no credential, at most 300 characters. */
export function plainText(text: string): string {
  const line = text
    // The scheme is bounded so that the time grows with the length of the text and not with its square.
    .replace(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, '…')
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 …')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
