/**
 * Runs a job for each item, started in their order, at most so many at a time; the results are in the order of the
 * items. An item is taken from the iterable only when its job can start, so a generator may decide that late whether
 * there is another one. The first error ends it: no further item is taken, the generator is closed, and jobs in flight
 * are not awaited.
 *
 * Own code, because it is this short, and p-map does not promise to close the generator.
 */
export async function mapConcurrent<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  job: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = enumerate(items);
  // An error leaves the loop, which closes the generator that all workers share.
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await job(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

function* enumerate<Item>(items: Iterable<Item>): Generator<readonly [number, Item]> {
  let index = 0;
  for (const item of items) yield [index++, item];
}
