// The goals of speed, and what was measured of each. Every figure is a ratio to something in the same run, or a limit that a user notices.
import { gatewayUrls } from './contenders.mjs';
import { buildTable, digits } from './tables.mjs';

const aged = 'Tributary aged, memory, keys';
const anew = 'Tributary anew, memory, keys';
const floor = 'floor (bare proxy)';
const cached = 'mercurius + JIT, 1 s cache';

/** How many times as much processor time `other` needs for a query as `name`. */
const ratio = (rows, name, other) => cpuOf(rows, other) / cpuOf(rows, name);
const cpuOf = (rows, name) => rows?.find((row) => row.name === name)?.cpuMs ?? Number.NaN;
const rowOf = (rows, name) => rows?.find((row) => row.name === name);

/** Each goal: what is measured, at least or at most how much, and how to find it in the results of the parts. */
const goals = [
  atLeast('anew, planes changed, against naive', 5, '×', ({ changing }) => ratio(changing, anew, 'naive')),
  atLeast('… against Tailcall, which does less', 1.2, '×', ({ changing }) => ratio(changing, anew, 'Tailcall')),
  atLeast('… against the floor', 0.9, '×', ({ changing }) => ratio(changing, anew, floor)),
  atLeast('anew, planes unchanged, against naive', 10, '×', ({ job }) => ratio(job, anew, 'naive')),
  atLeast('… 20 ms away', 10, '×', ({ latency }) => ratio(atLatency(latency, 20), anew, 'naive')),
  atMost('anew, 8 connections, 0 and 20 ms away: answers with stale data', 0, '', ({ job, latency }) =>
    countStale(job, atLatency(latency, 20)),
  ),
  atLeast('aged, against naive', 40, '×', ({ job }) => ratio(job, aged, 'naive')),
  atLeast('… 20 ms away', 40, '×', ({ latency }) => ratio(atLatency(latency, 20), aged, 'naive')),
  atLeast('… while the planes change every 20 ms', 40, '×', ({ ticking }) => ratio(ticking, aged, 'naive')),
  atLeast('… 1,000 operations with different variables in turn', 40, '×', ({ varied }) => ratio(varied, aged, 'naive')),
  atLeast('aged, against mercurius + JIT with a cache of 1 s', 3, '×', ({ job }) => ratio(job, aged, cached)),
  atLeast('… 1,000 operations with different variables in turn', 3, '×', ({ varied }) => ratio(varied, aged, cached)),
  atLeast('aged, the same operation again, against ready bytes', 0.25, '×', ({ job }) => ratio(job, aged, 'ready bytes')),
  atMost('… over GET with If-None-Match, against the full answer', 0.5, '×', ({ job }) =>
    ratio(job, `${aged}, GET`, `${aged}, GET with ETag`),
  ),
  atMost(
    'aged: requests to the planes for each URL and second',
    1,
    '',
    ({ job }) => (rowOf(job, aged)?.callsPerSecond ?? Number.NaN) / gatewayUrls,
  ),
  atMost('aged, 32 connections: p99', 30, 'ms', ({ connections }) => atConnections(connections, 32)?.p99Ms ?? Number.NaN),
  atMost('aged, 8 to 256 connections: refused', 0, '', ({ connections }) => countRefused(connections)),
  atLeast('goodput at five times the capacity', 90, '%', ({ overload }) => overload?.goodput ?? Number.NaN),
  atMost('… a 503 after, median', 20, 'ms', ({ overload }) => overload?.refusal.medianMs ?? Number.NaN),
  atMost('page of 50 with 10,000 tasks a source: CPU', 1, 'ms', ({ sizes }) => pageAt(sizes, 10_000)),
  atMost('… with 100,000 against 1,000 a source', 1.5, '×', ({ sizes }) => pageAt(sizes, 100_000) / pageAt(sizes, 1_000)),
  atMost(
    'longest block of the event loop while 10,000 are refreshed',
    20,
    'ms',
    ({ sizes }) => sizeOf(sizes, 10_000)?.changed.longestMs ?? Number.NaN,
  ),
  atMost('resident memory with 10,000 tasks a source', 300, 'MB', ({ sizes }) => sizeOf(sizes, 10_000)?.rssMb ?? Number.NaN),
  atMost(
    '10,000 subscribers, one change a second: of one core',
    30,
    '%',
    ({ subscribers }) => rowOf(subscribers, 'Tributary')?.share ?? Number.NaN,
  ),
  atMost('start to ready, against bare imports', 1.4, '×', ({ start }) => ratio(start, 'bare imports', 'Tributary, memory, keys')),
];

function atLeast(name, value, unit, find) {
  return { name, goal: `≥ ${value} ${unit}`, unit, find, isMet: (measured) => measured >= value };
}

function atMost(name, value, unit, find) {
  return { name, goal: `≤ ${value} ${unit}`, unit, find, isMet: (measured) => measured <= value };
}

function atConnections(results, count) {
  return rowOf(results?.find((result) => result.count === count)?.rows, aged);
}

function atLatency(results, latencyMs) {
  return results?.find((result) => result.latencyMs === latencyMs)?.rows;
}

function countRefused(results) {
  return results?.reduce((sum, { rows }) => sum + (rowOf(rows, aged)?.refused ?? 0), 0) ?? Number.NaN;
}

function countStale(...results) {
  return results.reduce((sum, rows) => sum + (rowOf(rows, anew)?.stale ?? Number.NaN), 0);
}

function sizeOf(results, count) {
  return results?.find((result) => result.count === count);
}

function pageAt(results, count) {
  return sizeOf(results, count)?.rows[0].cpuMs ?? Number.NaN;
}

/** `results` are those of the parts, by the name of the part. */
export function tabulateGoals(results) {
  const rows = goals.map(({ name, goal, unit, find, isMet }) => {
    const measured = find(results);
    const verdict = Number.isNaN(measured) ? 'not measured' : isMet(measured) ? 'met' : 'missed';
    return [name, goal, Number.isNaN(measured) ? '–' : `${digits(measured)} ${unit}`, verdict];
  });
  return buildTable(['Goal', 'must', 'measured', ''], rows);
}
