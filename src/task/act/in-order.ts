/** Runs one job for each item, begun in their order, at most so many at a time; the results are in the order of the items. */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  parallelism: number,
  job: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await job(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallelism, items.length) }, worker));
  return results;
}
