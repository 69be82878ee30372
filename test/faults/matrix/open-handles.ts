/** Counts the sockets, servers and timers that keep this process alive. */
export function countOpenHandles(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|Pipe|Timeout|Immediate|Connect/.test(kind)).length;
}

/** Waits up to 2.5 s for the count to return to `before`, and says whether it did. Two sockets may still be closing. */
export async function returnedToCount(before: number): Promise<boolean> {
  const startedAt = performance.now();
  while (countOpenHandles() > before + 2 && performance.now() - startedAt < 2_500) await new Promise((resolve) => setTimeout(resolve, 20));
  return countOpenHandles() <= before + 2;
}
