/**
 * Milliseconds that this process has had a processor so far. Where a test asks how much work something is, this is what it
 * measures: it does not grow while other processes keep the machine busy, as the time of day does.
 */
export function processorTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
