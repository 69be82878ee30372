/** The list of everyone who has an empty one: most tasks have several, and an empty array of its own takes 16 to 32 bytes. */
const empty: readonly never[] = Object.freeze([]);

/** The same list; one that all share where it is empty. For what is kept, and never modified. */
export function shareEmpty<T>(items: readonly T[]): readonly T[] {
  return items.length === 0 ? empty : items;
}
