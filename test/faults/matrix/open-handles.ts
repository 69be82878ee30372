/** Sockets, servers and timers that keep this process alive. */
export function countOpenHandles(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|Pipe|Timeout|Immediate|Connect/.test(kind)).length;
}

/** Waits until no more than before is left, for two seconds at most; whether it came to that. A few sockets may still be closing. */
export async function returnedToCount(before: number): Promise<boolean> {
  const begun = performance.now();
  while (countOpenHandles() > before + 2 && performance.now() - begun < 2_500) await new Promise((resolve) => setTimeout(resolve, 20));
  return countOpenHandles() <= before + 2;
}
