/**
 * Runs one job for each item, begun in their order, at most so many at a time; the results are in the order of the
 * items. Each item is taken when there is room for its job, so a generator may decide as late as that whether there is
 * one. The first error ends it: nothing more is taken, and what is under way is waited for by nobody.
 */
export async function mapConcurrent<Item, Result>(
  items: Iterable<Item>,
  parallelism: number,
  job: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = enumerate(items);
  // A loop that an error leaves closes the generator that all of them take from.
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await job(item);
  };
  await Promise.all(Array.from({ length: parallelism }, worker));
  return results;
}

function* enumerate<Item>(items: Iterable<Item>): Generator<readonly [number, Item]> {
  let index = 0;
  for (const item of items) yield [index++, item];
}
