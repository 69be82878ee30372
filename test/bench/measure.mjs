// Measures contenders side by side: they all run, and take turns, so that a change of the machine's mood meets all of them.
import { setTimeout as wait } from 'node:timers/promises';

import { quantile } from '../../scripts/bench/quantile.mjs';
import { readUsage } from './processes.mjs';
import { ask, readCalls } from './world.mjs';

const rounds = 3;
/** How many seconds a contender has until it asks the planes again that it took for unreachable in the measurement before. */
const recoverySeconds = 70;

/**
 * Measures each of `running` in three alternated rounds, after one that does not count. Resolves with a row for each, in their order:
 * processor milliseconds a query in the best and in the worst round, percentiles of the latency over all rounds, refusals, answers with stale data, wrong
 * answers, requests to the planes a query and a second, and the resident memory at the end.
 */
export async function measureSideBySide(running, options) {
  const rows = running.map(({ name }) => ({
    name,
    cpu: [],
    latencies: [],
    answered: 0,
    refused: 0,
    stale: 0,
    wrong: 0,
    calls: 0,
    seconds: 0,
    rssMb: 0,
  }));
  for (const contender of running) {
    await waitUntilFresh(contender);
    await sendLoad(contender, options);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of running.entries()) await measureOnce(contender, rows[index], options);
  }
  return rows.map(summarize);
}

async function waitUntilFresh(contender) {
  for (let second = 0; second < recoverySeconds; second += 1) {
    if (!(await ask(contender)).text.includes('StaleDataWarning')) return;
    await wait(1_000);
  }
}

async function measureOnce(contender, row, options) {
  const { pid } = contender.server;
  await readCalls(options.planes);
  const before = readUsage(pid);
  const startedAt = performance.now();
  const result = await sendLoad(contender, options);
  const after = readUsage(pid);
  const calls = await readCalls(options.planes);
  row.cpu.push((after.cpuMs - before.cpuMs) / result.answered);
  row.latencies.push(...result.latencies);
  row.calls += calls(contender);
  row.seconds += (performance.now() - startedAt) / 1_000;
  row.answered += result.answered;
  row.refused += result.refused;
  row.stale += result.stale;
  row.wrong += result.wrong;
  row.rssMb = after.rssMb;
}

async function sendLoad({ name, url, requests, headers, revalidates = false }, { load, connections, seconds }) {
  const result = await load.request({ kind: 'closed', url, requests, headers, revalidates, connections, seconds });
  if (result.failure !== undefined) throw new Error(`${name}: ${result.failure}`);
  return result;
}

function summarize({ name, cpu, latencies, answered, refused, stale, wrong, calls, seconds, rssMb }) {
  return {
    name,
    cpuMs: Math.min(...cpu),
    worstCpuMs: Math.max(...cpu),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    answered,
    refused,
    stale,
    wrong,
    callsPerQuery: calls / answered,
    // What was read before a round is old when it begins, so that n seconds may need n + 1 reads.
    callsPerSecond: calls / (seconds + rounds),
    rssMb,
  };
}
