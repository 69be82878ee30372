// What requests and refreshes cost with more tasks in each source, and with more sources.
import { print } from '../../../scripts/bench/print.mjs';
import { gatewayForGrowth } from '../contenders.mjs';
import { measureSideBySide } from '../measure.mjs';
import { plotLogarithmic } from '../plot.mjs';
import { readUsage } from '../processes.mjs';
import { buildTable, digits } from '../tables.mjs';
import { ask, readCalls, toRequest, withContenders } from '../world.mjs';

const page = (args) => `{ tasks(${args}) { nodes { id name status createdAt source { name } } } }`;

/** The requests whose cost is measured while nothing is read from the planes. */
const requests = {
  'page of 50': page('first: 50'),
  'filtered page': page('first: 50, filter: { statuses: [FAILED], text: "host" }'),
  countsByStatus: '{ tasks(first: 0) { totalCount countsByStatus { status count } } }',
  'failure groups': '{ taskFailureGroups(first: 20) { nodes { count message } } }',
};
const refresh = '{ tasks(first: 1, maxAgeMs: 0) { totalCount } }';
/** How many refreshes are measured; fewer where each takes seconds. */
const countRefreshes = (count) => Math.max(1, Math.min(5, Math.floor(50_000 / count)));
const probe = new URL('../event-loop-probe.mjs', import.meta.url).href;

/**
 * Measures one gateway in front of `lists` pairs of an Astra and a VCF source with `count` tasks each: each request, the first read of all lists,
 * and reads of them again with and without a change.
 */
function measureGrowth({ count, lists, load, seconds, node }) {
  const options = { count, chosen: { gateway: gatewayForGrowth(lists) }, node, execArgv: ['--import', probe] };
  return withContenders(options, async ({ planes, running: [gateway] }) => {
    const withQuery = (name, query) => ({ ...gateway, name, requests: [toRequest(gateway.url, JSON.stringify({ query }))] });
    const first = await measureReads(withQuery('refresh', refresh), 1);
    const running = Object.entries(requests).map(([name, query]) => withQuery(name, query));
    const rows = await measureSideBySide(running, { load, planes, connections: 8, seconds });
    const times = countRefreshes(count * lists);
    const unchanged = await measureReads(withQuery('refresh', refresh), times);
    await readCalls(planes, { change: 'read' });
    const changed = await measureReads(withQuery('refresh', refresh), times);
    return { count, lists, rows, first, unchanged, changed, rssMb: readUsage(gateway.server.pid).rssMb };
  });
}

/** Processor milliseconds of one request that reads all lists, and the longest block of the event loop among `times` of them. */
async function measureReads(contender, times) {
  const { server } = contender;
  await server.request('start');
  const before = readUsage(server.pid);
  for (let index = 0; index < times; index += 1) {
    const { errors } = JSON.parse((await ask(contender)).text);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
  }
  const cpuMs = (readUsage(server.pid).cpuMs - before.cpuMs) / times;
  return { cpuMs, ...(await server.request('stop')) };
}

function growth(title, { label, steps, valueOf }) {
  return {
    title,
    async measure(options) {
      const results = [];
      for (const step of steps) {
        results.push(await measureGrowth({ ...step, ...options }));
        print(`${valueOf(results.at(-1)).toLocaleString('en')} ${label}: done`);
      }
      return results;
    },
    describe: (results) => describeGrowth(results, label, valueOf),
    plot: (results) =>
      plotLogarithmic({
        title: `Processor time of a request against ${label}`,
        xLabel: label,
        yLabel: 'CPU ms a request',
        series: [
          ...Object.keys(requests).map((name, index) => ({
            name,
            points: results.map((result) => [valueOf(result), result.rows[index].cpuMs]),
          })),
          { name: 'refresh, one change', points: results.map((result) => [valueOf(result), result.changed.cpuMs]) },
        ],
      }),
  };
}

function describeGrowth(results, label, valueOf) {
  const value = (result) => valueOf(result).toLocaleString('en');
  const requestTable = buildTable(
    [label, ...Object.keys(requests).map((name) => `${name}, CPU ms`), 'RSS MB'],
    results.map((result) => [value(result), ...result.rows.map(({ cpuMs }) => digits(cpuMs)), digits(result.rssMb)]),
  );
  const kinds = { first: 'first read', unchanged: 'refresh, no change', changed: 'refresh, one change a list' };
  const refreshTable = buildTable(
    [label, ...Object.values(kinds).flatMap((kind) => [`${kind}, CPU ms`, 'longest block ms'])],
    results.map((result) => [
      value(result),
      ...Object.keys(kinds).flatMap((kind) => [digits(result[kind].cpuMs), digits(result[kind].longestMs)]),
    ]),
  );
  return `${requestTable}\n\n${refreshTable}`;
}

export const growthParts = {
  sizes: growth('More tasks', {
    label: 'tasks a source',
    steps: [100, 1_000, 10_000, 100_000].map((count) => ({ count, lists: 1 })),
    valueOf: ({ count }) => count,
  }),
  sources: growth('More sources', {
    label: 'sources with a list of 1,000 tasks',
    steps: [1, 5, 25].map((lists) => ({ count: 1_000, lists })),
    valueOf: ({ lists }) => 2 * lists,
  }),
};
