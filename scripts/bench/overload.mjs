import { quantile } from './quantile.mjs';

const connectionCounts = [16, 64, 200];

/**
 * Sends five times as many requests as the server can answer. `send(kind, options)` runs the load generator of that kind, `closed` or `open`, with
 * these options and the requests.
 *
 * The capacity is the highest throughput over several numbers of connections: with too many, the server may refuse some. Capacity and overload
 * are measured alternately, because the speed of a shared machine varies. Resolves with the medians of the rounds: answers a second at the
 * capacity, and at five times it those that are answered, refused with 503 and could not be sent; the goodput in percent, and the lowest one; and the
 * milliseconds of both kinds of answers.
 *
 * With `readCpuMs`, which reads the processor time of the server so far, there is also the goodput of a second of it, in percent: the answers for
 * which it suffices at five times the capacity, against those at the capacity. Unlike all else it does not depend on what other processes do.
 */
export async function measureOverload(send, { seconds, rounds, readCpuMs = () => Number.NaN }) {
  const measureCapacity = async (connections) => {
    const { answered } = await send('closed', { connections, seconds });
    return answered / seconds;
  };
  const capacities = [];
  for (const connections of connectionCounts) capacities.push(await measureCapacity(connections));
  const best = connectionCounts[capacities.indexOf(Math.max(...capacities))];
  const times = { 200: [], 503: [] };
  const rates = { capacity: [], answered: [], refused: [], unsent: [], goodput: [], cpuGoodput: [] };
  for (let round = 0; round < rounds; round += 1) {
    const cpuAtStart = readCpuMs();
    const capacity = await measureCapacity(best);
    const cpuAtCapacity = readCpuMs();
    const { statuses, unsent } = await send('open', { rate: Math.ceil(capacity * 5), seconds, connections: 2_000 });
    for (const status of [200, 503]) times[status].push(...(statuses[status] ?? []));
    const [answered, refused] = [200, 503].map((status) => (statuses[status]?.length ?? 0) / seconds);
    const goodput = (100 * answered) / capacity;
    const cpuGoodput = (goodput * (cpuAtCapacity - cpuAtStart)) / (readCpuMs() - cpuAtCapacity);
    const measured = { capacity, answered, refused, unsent: unsent / seconds, goodput, cpuGoodput };
    for (const [name, value] of Object.entries(measured)) rates[name].push(value);
  }
  const medians = Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, quantile(values, 0.5)]));
  const summarize = (all) => ({ medianMs: quantile(all, 0.5), p99Ms: quantile(all, 0.99) });
  return { ...medians, worstGoodput: Math.min(...rates.goodput), success: summarize(times[200]), refusal: summarize(times[503]) };
}
