/** Texts that thousands of objects have in common, such as names of operations; a few hundred of them are in use at a time. */
const known = new Map<string, string>();
const maxKnown = 1_000;

/** No longer text is worth it, and so many of these take a quarter of a megabyte. */
const maxLength = 128;

/** The same text, once in memory for all who ask for it. For texts that come again and again, and are kept. */
export function internText(text: string): string {
  const earlier = known.get(text);
  if (earlier !== undefined || text.length > maxLength) return earlier ?? text;
  if (known.size === maxKnown) known.clear();
  known.set(text, text);
  return text;
}
