/** `; did you mean …?` with the candidate most similar to a misspelt word, or an empty string. */
export function suggestSimilar(word: string, candidates: readonly string[]): string {
  const found = findSimilar(word, candidates);
  return found === null ? '' : `; did you mean ${found}?`;
}

/** The candidate most similar to a misspelt word; null when none is. */
export function findSimilar(word: string, candidates: readonly string[]): string | null {
  if (word === '' || word.length > longestWord) return null;
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const completed = candidates.find((candidate) => word.length > 1 && candidate.toLowerCase().startsWith(word.toLowerCase()));
  const [nearest] = ranked;
  const isNear = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(word.length * 0.4));
  return (isNear ? nearest.candidate : completed) ?? null;
}

/** The edit distance takes time proportional to the length of both words, and a longer word is no misspelt key. */
const longestWord = 64;

/**
 * The optimal string alignment distance: Levenshtein's, with swaps of neighbours. Commander has the same function but does not export
 * it, and a package of twenty lines would be one more to trust.
 */
function editDistance(a: string, b: string): number {
  let previous: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      const isSwap = line > 1 && column > 1 && a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1];
      const swapped = isSwap ? (previous[column - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    previous = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
