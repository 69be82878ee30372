// Measures how the cost of lists grows with the number of tasks and of sources, without HTTP and without execution:
// npm run bench:growth -- [tasks a source] [sources] [operations], each comma-separated.
// It prints one line of JSON for each size, and asserts nothing.
import 'reflect-metadata';

import { SourceCache } from '../../dist/gateway/cache/source-cache.js';
import { AuthorizedReader } from '../../dist/gateway/query/authorized-reader.js';
import { ListQueries } from '../../dist/gateway/query/list-queries.js';
import { timerScheduler } from '../../dist/lib/scheduler.js';
import { buildUntranslatedVcfTask, toElement } from '../../dist/sources/vcf/task.js';
import { readThreadMs } from '../../scripts/bench/thread-time.mjs';

const sizes = parseNumbers(process.argv[2] ?? '100,1000,10000,100000');
const sourceCounts = parseNumbers(process.argv[3] ?? '1');
const start = Date.UTC(2026, 10, 1);
const chosen = process.argv[4]?.split(',');
let now = start + 3_600_000_000;

/** The operations, by name; each is a page or the groups of failures of all sources. */
const operations = {
  page: (lists) => lists.page({ first: 50 }),
  deepPage: (lists, { cursor }) => lists.page({ first: 50, after: cursor }),
  unfinished: (lists) => lists.page({ first: 50, filter: { isFinished: false } }),
  failed: (lists) => lists.page({ first: 50, filter: { statuses: ['FAILED'] } }),
  byOperation: (lists) => lists.page({ first: 50, filter: { operations: ['HOST_COMMISSION'], isFinished: false } }),
  lastHour: (lists, { round }) => lists.page({ first: 50, filter: { createdAfter: start + 10_000_000_000 - 3_600_000 + round } }),
  text: (lists) => lists.page({ first: 50, filter: { text: 'host 77' } }),
  rareText: (lists) => lists.page({ first: 50, filter: { text: 'nowhere to be found' } }),
  byName: (lists) => lists.page({ first: 50, orderBy: { field: 'NAME', direction: 'ASC' } }),
  failureGroups: (lists) => lists.failureGroups({ first: 50 }),
};

async function measureSize(size, sourceCount) {
  const planes = Array.from({ length: sourceCount }, (_, index) => new FakePlane(`vcf-${index}`, size));
  const caches = new Map(planes.map((plane) => [plane.name, createCache(plane)]));
  const result = { size, sources: sourceCount };
  result.firstRefresh = await measureRefresh(planes, caches);
  for (const [name, run] of Object.entries(operations).filter(([one]) => chosen?.includes(one) ?? true))
    result[name] = await measureOperation(run, caches);
  result.unchangedRefresh = await measureRefresh(planes, caches);
  planes.forEach((plane) => plane.change(1));
  result.oneChange = await measureRefresh(planes, caches);
  planes.forEach((plane) => plane.change(size));
  result.allChanged = await measureRefresh(planes, caches);
  planes.forEach((plane) => plane.renew());
  result.allNew = await measureRefresh(planes, caches);
  globalThis.gc?.();
  result.rssMb = Math.round(process.memoryUsage().rss / 1e6);
  result.heapMb = Math.round(process.memoryUsage().heapUsed / 1e6);
  return result;
}

/** The processor time in milliseconds, and the longest time for which the event loop was blocked. */
async function measureRefresh(planes, caches) {
  now += 10_000;
  planes.forEach((plane) => plane.prepare());
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
  let longest = 0;
  let isRunning = true;
  let last = performance.now();
  let lastCpu = readThreadMs();
  // Neither time that other processes took nor the work of other threads counts: the smaller of both clocks.
  const turn = () => {
    const [at, cpu] = [performance.now(), readThreadMs()];
    longest = Math.max(longest, Math.min(at - last, cpu - lastCpu));
    [last, lastCpu] = [at, cpu];
    if (isRunning) setImmediate(turn);
  };
  setImmediate(turn);
  await new Promise(setImmediate);
  longest = 0;
  const before = process.cpuUsage();
  await Promise.all([...caches.values()].map((cache) => cache.list({ operationStartedAt: now, maxAgeMs: 0 })));
  await createReader(caches).page({ first: 50 });
  await new Promise(setImmediate);
  isRunning = false;
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: round((user + system) / 1_000), longestBlockMs: round(longest) };
}

/** The processor time of one operation in microseconds, after ten of them. */
async function measureOperation(run, caches) {
  const page = await createReader(caches).page({ first: 200 });
  const context = { cursor: page.pageInfo.endCursor, round: 0 };
  const first = performance.now();
  await run(createReader(caches), context);
  const firstMs = performance.now() - first;
  for (let index = 0; index < 10; index++, context.round++) await run(createReader(caches), context);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  let count = 0;
  while (count < 2_000 && performance.now() - startedAt < 400) {
    await run(createReader(caches), context);
    context.round++;
    count++;
  }
  const { user, system } = process.cpuUsage(before);
  return { us: round((user + system) / count), firstMs: round(firstMs) };
}

function createReader(caches) {
  const caller = { may: () => true };
  const reads = { maxAgeMs: 1_000_000_000, maxAgeFloorMs: 0, waitMs: 1_000 };
  const forgotten = { list: async () => ({ tasks: [], incompleteReason: null }) };
  return new ListQueries(new AuthorizedReader({ caches, caller, operationStartedAt: now, reads, forgotten }));
}

function createCache(source) {
  return new SourceCache(source, {
    trackedIds: async () => [],
    fullMs: 0,
    slowMs: 1_000_000,
    now: () => now,
    scheduler: timerScheduler,
    onStateChange: () => {},
    report: (error) => console.error(error),
  });
}

/** A plane whose tasks are parsed already; every hundredth runs, every fiftieth failed. */
class FakePlane {
  kind = 'VCF';
  timeoutMs = 60_000;
  capabilities = { list: true, retry: false, cancel: false, subtasks: true, progress: true };
  finishedTasksChange = false;
  upstream = { circuit: () => ({ state: 'CLOSED' }), circuitOpenForMs: () => 0, clockAheadMs: () => null };
  #versions;
  #offset = 0;
  #tasks = [];

  constructor(name, size) {
    this.name = name;
    this.displayName = name;
    this.#versions = new Uint32Array(size);
  }
  change(count) {
    for (let index = 0; index < count; index++) this.#versions[(index * 7) % this.#versions.length]++;
    if (count === this.#versions.length) this.#versions = this.#versions.map((version) => version + 1);
  }
  renew() {
    this.#offset += this.#versions.length;
  }
  prepare() {
    this.#tasks = Array.from(this.#versions, (version, index) => buildTask(this.name, index, this.#offset, version));
  }
  async list() {
    return { tasks: this.#tasks, unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null };
  }
  isTaskId() {
    return true;
  }
  payloadToKeep() {
    return {};
  }
  estimateListCalls() {
    return 1;
  }
  estimateReadCalls(count) {
    return count;
  }
}

function buildTask(sourceName, index, offset, version) {
  const at = (shift) => new Date(start + 10_000_000_000 - index * 1_000 + shift).toISOString();
  const status = index % 100 === 0 ? 'In Progress' : index % 50 === 1 ? 'Failed' : 'Successful';
  const part = (step) => ({
    name: `Step ${step}`,
    description: `What step ${step} does`,
    status: 'SUCCESSFUL',
    creationTimestamp: at(step),
  });
  const id = `00000000-0000-4000-8000-${String(index + offset).padStart(12, '0')}`;
  const name = `Commission host ${(index + version) % 100} of rack ${index % 1000}`;
  const errors = status === 'Failed' ? [{ errorCode: `E_${index % 700}`, message: `Host ${index} does not answer` }] : [];
  const task = { id, name, type: 'HOST_COMMISSION', status, creationTimestamp: at(0), completionTimestamp: at(500) };
  const wire = { ...task, subTasks: [1, 2, 3].map(part), errors, isRetryable: false };
  return buildUntranslatedVcfTask(sourceName, id, toElement(id, wire), null);
}

function parseNumbers(text) {
  return text.split(',').map(Number);
}

function round(value) {
  return Math.round(value * 100) / 100;
}

for (const sources of sourceCounts) for (const size of sizes) console.log(JSON.stringify(await measureSize(size, sources)));
