/** Neither database keeps U+0000. */
export function plainText(words: string): string {
  return words.replaceAll('\u0000', '\uFFFD');
}
