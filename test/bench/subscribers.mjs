// Measures what one change a second costs for many subscribers: npm run bench:subscribers -- [options]. It prints a table and asserts
// nothing but that every subscriber got every change.
//
//   --subscribers 10000  how many connections, each with one subscription
//   --transport ws       ws (graphql-transport-ws) or sse (server-sent events)
//   --changes 10         how many changes are measured, one a second
//   --naive 1000         subscribers of the contender, which executes each event for each of them; 0: none
//   --floor 10000        sockets of the floor, to which the bytes of a ready message are written; 0: none
//   --tasks 0            0: all subscribe to every change; otherwise, each to one of so many tasks, of which one changes each second
//   --idle 0             how many seconds are measured in which nothing changes
//   --json               prints the rows as JSON instead
//   --profile ''         where CPU profiles of the measured time are written: the beginning of their paths
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Child } from '../../scripts/bench/child.mjs';
import { print } from '../../scripts/bench/print.mjs';
import { quantile } from '../../scripts/bench/quantile.mjs';
import { VcfSimulator } from '../../dist/sources/vcf/simulator/vcf-simulator.js';

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '10000' },
    transport: { type: 'string', default: 'ws' },
    changes: { type: 'string', default: '10' },
    naive: { type: 'string', default: '1000' },
    floor: { type: 'string', default: '10000' },
    tasks: { type: 'string', default: '0' },
    idle: { type: 'string', default: '0' },
    profile: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const [subscribers, changes, naive, floor, tasks, idle] = ['subscribers', 'changes', 'naive', 'floor', 'tasks', 'idle'].map((name) =>
  Number(values[name]),
);
const { transport, profile } = values;
const key = 'a-key-of-the-bench-with-enough-characters';
const watchTasks = readFileSync('schema/operations/watch-tasks.graphql', 'utf8');
const watchTask = watchTasks.replace('$filter: TaskFilter', '$id: ID!').replace('tasksChanged(filter: $filter)', 'taskChanged(id: $id)');

const rows = [];
rows.push(await measureGateway());
if (naive > 0) rows.push(await measureContender('graphql-ws', 'naive.mjs', naive));
if (floor > 0) rows.push(await measureContender('ready bytes', 'ready-bytes.mjs', floor));
if (values.json) print(JSON.stringify(rows.map(summarize)));
else printRows(rows);

async function measureGateway() {
  const plane = await VcfSimulator.start({ seed: 1, name: 'vcf', now: Date.now });
  const gateway = new Child(new URL('subscribers/gateway.mjs', import.meta.url), [writeConfiguration(plane)], {
    execArgv: ['--expose-gc'],
    core: 0,
  });
  try {
    plane.clear();
    plane.fill(50);
    const taskIds = Array.from({ length: Math.max(1, tasks) }, (_, place) =>
      plane.addTask({ status: 'IN_PROGRESS', name: `before ${place}` }),
    );
    const host = await gateway.nextMessage();
    const requests = tasks === 0 ? [{ query: watchTasks }] : taskIds.map((id) => ({ query: watchTask, variables: { id: `vcf:${id}` } }));
    let change = () => undefined;
    // The task changes when the plane is asked for its list, so that no part of the poll interval counts as delay.
    plane.server.fault = (call, handle) => {
      if (call.path === '/v1/tasks') change();
      return handle();
    };
    const publish = (round, text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('The gateway did not poll.')), 20_000);
        change = () => {
          clearTimeout(timer);
          change = () => undefined;
          plane.setTask(taskIds[round % taskIds.length], { name: text });
          resolve(Date.now());
        };
      });
    const concerned = tasks === 0 ? subscribers : subscribers / tasks;
    // With the list, the gateway knows that it costs less than to read each task.
    if (tasks > 0) await readList(host);
    return await measure({ name: 'Tributary', server: gateway, host, count: subscribers, requests, publish, concerned });
  } finally {
    await gateway.kill();
    await plane.close();
  }
}

async function readList(host) {
  const body = JSON.stringify({ query: '{ tasks { totalCount } }' });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`http://${host}/graphql`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(await response.text());
}

/** Authentication, limits and the store are on; the limits allow so many connections of one caller. */
function writeConfiguration(plane) {
  return JSON.stringify({
    auth: { mode: 'keys', keys: [{ id: 'wallboard', key }], grants: [{ who: 'key:wallboard', actions: ['read'], sources: ['*'] }] },
    store: { kind: 'memory' },
    limits: { sockets: subscribers + 10, socketsPerCaller: subscribers + 10, operationsPerSecond: 1_000_000 },
    sources: [{ name: 'vcf', kind: 'vcf', url: plane.url, ...plane.settings, poll: { activeMs: 1_000, idleMs: 1_000 } }],
  });
}

async function measureContender(name, file, count) {
  const server = new Child(new URL(`subscribers/${file}`, import.meta.url), [], { execArgv: ['--expose-gc'], core: 0 });
  try {
    const host = await server.nextMessage();
    const publish = async (_round, text) => {
      const changedAt = Date.now();
      await request(server, 'publish', createPlainChange(text));
      return changedAt;
    };
    const requests = [{ query: watchTasks.replace(/\n +cursor.*/, '').replace(', $orderBy: TaskOrder', '') }];
    return await measure({ name, server, host, count, requests, publish, concerned: count, onlyWebSocket: true });
  } finally {
    await server.kill();
  }
}

function createPlainChange(name) {
  const task = {
    __typename: 'VcfTask',
    id: 'vcf:1',
    name,
    operation: 'HOST_COMMISSION',
    status: 'RUNNING',
    isFinished: false,
    isSuccessful: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: null,
    durationMs: 1_000,
    progress: { percent: 50, basis: 'SUBTASKS' },
    rootCause: null,
    source: { id: 'source:vcf', name: 'vcf', displayName: 'VCF', kind: 'VCF' },
  };
  return { kind: 'UPDATED', previousStatus: 'RUNNING', task };
}

async function measure({ name, server, host, count, requests, publish, concerned, onlyWebSocket = false }) {
  const options = JSON.stringify({ transport: onlyWebSocket ? 'ws' : transport, host, authorization: `Bearer ${key}` });
  const clients = new Child(new URL('subscribers/clients.mjs', import.meta.url), [options], { core: 1 });
  try {
    await clients.nextMessage();
    const empty = await request(server, 'measure', { collect: true });
    await request(clients, 'open', { count, requests });
    // The first change is not measured: it compiles code, and allocates what is kept.
    for (let round = 0; round < 2; round++) await deliver(round, `warm-up ${round}`);
    const full = await request(server, 'measure', { collect: true });
    const deliveries = [];
    if (profile !== '') await request(server, 'startProfile');
    const before = await request(server, 'measure');
    for (let round = 0; round < changes; round++) deliveries.push(await deliver(round + 2, `change ${round} of the task`));
    const after = await request(server, 'measure');
    if (profile !== '') await request(server, 'stopProfile', `${profile}.${name}.cpuprofile`);
    const row = { name, count, deliveries, empty, full, before, after };
    if (idle > 0 && !onlyWebSocket) {
      const idleBefore = await request(server, 'measure');
      await sleep(idle * 1_000);
      row.idle = cpuMs(idleBefore, await request(server, 'measure')) / idle / 10;
    }
    return row;
  } finally {
    await clients.kill();
  }

  async function deliver(round, text) {
    const expected = request(clients, 'expect', { text, count: concerned });
    const startedAt = performance.now();
    const changedAt = await publish(round, text);
    const { seen, closed, refused, half, last, bytes, messages } = await expected;
    if (seen !== concerned || messages !== concerned)
      throw new Error(
        `${name}: ${seen} of ${concerned} subscribers got the change, in ${messages} messages; ${closed} are closed, ${refused} refused.`,
      );
    await sleep(Math.max(0, (onlyWebSocket ? 1_000 : 500) - (performance.now() - startedAt)));
    return { half: half - changedAt, last: last - changedAt, bytes };
  }
}

async function request(child, name, args) {
  const { answer, error } = await child.request({ name, args });
  if (error !== undefined) throw new Error(error);
  return answer;
}

function cpuMs(before, after) {
  return after.user - before.user + after.system - before.system;
}

/** What the report of all benchmarks shows of a row. */
function summarize({ name, count, deliveries, empty, full, before, after }) {
  const usedMs = cpuMs(before, after);
  return {
    name,
    count,
    // On a busy machine a change may take longer than a second: what counts is the CPU time for each change.
    share: usedMs / deliveries.length / 10,
    microseconds: (usedMs * 1_000) / (count * deliveries.length),
    lastMs: quantile(
      deliveries.map(({ last }) => last),
      0.5,
    ),
    rssKb: (full.rss - empty.rss) / count / 1_000,
  };
}

function printRows(all) {
  print(`${transport}, Node ${process.version}, one change a second`);
  print(
    '| | subscribers | CPU of one core, % | µs a push, user + system | bytes a push | last subscriber has it, ms p50 / p99 | kB a subscriber, heap / RSS | RSS, MB | timers |',
  );
  print('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
  for (const { name, count, deliveries, empty, full, before, after } of all) {
    const pushes = tasks === 0 || name !== 'Tributary' ? count * deliveries.length : (count / tasks) * deliveries.length;
    const each = (part) => (((after[part] - before[part]) * 1_000) / pushes).toFixed(1);
    const share = (cpuMs(before, after) / deliveries.length / 10).toFixed(1);
    const bytes = Math.round(deliveries.reduce((sum, delivery) => sum + delivery.bytes, 0) / pushes);
    const delays = [0.5, 0.99]
      .map((part) =>
        quantile(
          deliveries.map(({ last }) => last),
          part,
        ),
      )
      .join(' / ');
    const memory = ['heap', 'rss'].map((part) => ((full[part] - empty[part]) / count / 1_000).toFixed(1)).join(' / ');
    print(
      `| ${name} | ${count} | ${share} | ${each('user')} + ${each('system')} | ${bytes} | ${delays} | ${memory} | ${Math.round(after.rss / 1e6)} | ${after.timers} |`,
    );
  }
  const [gateway] = all;
  if (gateway.idle !== undefined) print(`Idle, ${gateway.count} subscribers: ${gateway.idle.toFixed(1)} % of one core.`);
}
