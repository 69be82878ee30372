/**
 * Does the work on all that `take` gives, at most so many at a time, until it gives null. The first error ends it: nothing
 * more is taken, and what is under way is waited for by nobody.
 */
export async function concurrently<T>(limit: number, take: () => T | null, work: (item: T) => Promise<void>): Promise<void> {
  let failed = false;
  const worker = async (): Promise<void> => {
    try {
      for (let item = take(); item !== null && !failed; item = take()) await work(item);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
