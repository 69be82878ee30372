// Measures contenders side by side: they all run, and take turns, so that a change of the machine's mood meets all of them.
import { quantile } from '../../scripts/bench/quantile.mjs';
import { readUsage } from './processes.mjs';
import { readCalls } from './world.mjs';

/**
 * Measures each of `running` in three alternated rounds, after one that does not count. Resolves with a row for each, in their order:
 * processor milliseconds a query in the best and in the worst round, percentiles of the latency over all rounds, refusals, wrong answers,
 * requests to the planes a query, and the resident memory at the end.
 */
export async function measureSideBySide(running, options) {
  const rows = running.map(({ name }) => ({ name, cpu: [], latencies: [], answered: 0, refused: 0, wrong: 0, calls: 0, rssMb: 0 }));
  for (const contender of running) await sendLoad(contender, options);
  for (let round = 0; round < 3; round += 1) {
    for (const [index, contender] of running.entries()) await measureOnce(contender, rows[index], options);
  }
  return rows.map(summarize);
}

async function measureOnce(contender, row, options) {
  const { pid } = contender.server;
  await readCalls(options.planes);
  const before = readUsage(pid);
  const result = await sendLoad(contender, options);
  const after = readUsage(pid);
  const calls = await readCalls(options.planes);
  row.cpu.push((after.cpuMs - before.cpuMs) / result.answered);
  row.latencies.push(...result.latencies);
  row.calls += calls(contender);
  row.answered += result.answered;
  row.refused += result.refused;
  row.wrong += result.wrong;
  row.rssMb = after.rssMb;
}

async function sendLoad({ name, url, requests, headers, revalidates = false }, { load, connections, seconds }) {
  const result = await load.request({ url, requests, headers, revalidates, connections, seconds });
  if (result.failure !== null) throw new Error(`${name}: ${result.failure}`);
  return result;
}

function summarize({ name, cpu, latencies, answered, refused, wrong, calls, rssMb }) {
  return {
    name,
    cpuMs: Math.min(...cpu),
    worstCpuMs: Math.max(...cpu),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    answered,
    refused,
    wrong,
    callsPerQuery: calls / answered,
    rssMb,
  };
}
