/** `; did you mean …?` for the candidate that is nearest to a misspelt word, or nothing where none is near. */
export function suggestSimilar(word: string, candidates: readonly string[]): string {
  if (word === '' || word.length > longestWord) return '';
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const begun = candidates.find((candidate) => word.length > 1 && candidate.toLowerCase().startsWith(word.toLowerCase()));
  const [nearest] = ranked;
  const isNear = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(word.length * 0.4));
  const found = isNear ? nearest.candidate : begun;
  return found === undefined ? '' : `; did you mean ${found}?`;
}

const longestWord = 64;

/** Insertions, removals, replacements and swaps of neighbours that it takes (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      const isSwap = line > 1 && column > 1 && a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1];
      const swapped = isSwap ? (before[column - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
