/** Waits until something holds, turn by turn of the event loop. It fails when that takes too long. */
export async function waitUntil(holds: () => boolean, what = 'what is waited for', longestMs = 5_000): Promise<void> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > longestMs) throw new Error(`Never: ${what}.`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
