/**
 * Items of a list that was asked for with `include=a,b` come as arrays of values in that order; absent values are null.
 * They are made objects again. What is no row of that length stays as it is.
 */
export function rowsToObjects(include: readonly string[], items: readonly unknown[]): readonly unknown[] {
  return items.map((item) => {
    if (!Array.isArray(item) || item.length !== include.length) return item;
    const values: readonly unknown[] = item;
    return Object.fromEntries(include.map((field, place) => [field, values[place]]));
  });
}
