// Measures the memory and time of the cache: npm run bench:cache. It prints a table and asserts nothing.
import 'reflect-metadata';

import { print } from '../../scripts/bench/print.mjs';
import { quantile } from '../../scripts/bench/quantile.mjs';
import { compileFilter } from '../../dist/gateway/query/compile-filter.js';
import { CachedTasks } from '../../dist/gateway/cache/cached-tasks.js';
import { sliceMergedPage, slicePage } from '../../dist/gateway/query/pagination.js';
import { SelectedTasks } from '../../dist/gateway/query/select-tasks.js';
import { createTaskComparator, createTaskOrdering } from '../../dist/model/task-order.js';
import { buildUntranslatedVcfTask, toElement } from '../../dist/sources/vcf/task.js';

const orders = { 'newest first': { field: 'CREATED_AT', direction: 'DESC' }, 'by name': { field: 'NAME', direction: 'ASC' } };
const kinds = new Map([['vcf', 'VCF']]);
const filters = { none: null, unfinished: { isFinished: false }, text: { text: 'host 7' } };
let round = 0;
const start = Date.UTC(2026, 10, 1);

for (const count of [10_000, 100_000]) {
  const before = heap();
  const tasks = new CachedTasks((task) => ({ isRetryable: task.payload?.isRetryable ?? null }));
  // Reads in pages, as from a plane, so that the payloads are not all in memory at the same time.
  for (let from = 0; from < count; from += 1_000) {
    const tasksRead = Array.from({ length: Math.min(1_000, count - from) }, (_, index) => buildTask(from + index, count));
    await tasks.applyDelta({ kind: 'delta', list: buildList(tasksRead), goneIds: [] }, 1, 2);
  }
  tasks.takeDifferences();
  for (const order of Object.values(orders)) tasks.listed.sortedBy(order);
  const perTask = (heap() - before) / count;
  print(`${count} tasks: ${(perTask / 1_000).toFixed(2)} kB a task, its subtasks and two orders included, payloads of 1,000 kept`);
  const cases = Object.keys(orders).flatMap((order) => Object.keys(filters).map((filter) => [order, filter]));
  for (const [orderName, filterName] of cases) {
    const order = orders[orderName];
    const ordering = createTaskOrdering(order);
    const compiled = compileFilter(filters[filterName], { kinds });
    const now = time(() => {
      const selected = new SelectedTasks(tasks.listed, compiled, { name: 'vcf', kind: 'VCF' });
      sliceMergedPage([selected.sortedBy(order)], { first: 50 }, ordering);
      selected.counts();
    });
    const sorting = time(() => {
      const all = tasks.listed.all();
      const matching = all.filter(compiled.matches).sort(createTaskComparator(order));
      slicePage(matching, { first: 50 }, ordering);
      all.filter(compiled.matchesWithoutStatus);
    });
    const ratio = (sorting / now).toFixed(0);
    const name = `  page of 50, ${orderName}, filter ${filterName}:`.padEnd(50);
    print(`${name} ${now.toFixed(3)} ms; by sorting all tasks ${sorting.toFixed(3)} ms, ${ratio} times as much`);
  }
  const changes = Array.from({ length: 20 }, (_, index) => buildTask(index * 7, count, 'changed'));
  const refresh = time(() => {
    for (const change of changes) tasks.applyRead(markChanged(change), 3, 4, true);
    tasks.takeDifferences();
    for (const order of Object.values(orders)) tasks.listed.sortedBy(order);
  });
  print(`${'  20 changed tasks applied:'.padEnd(50)} ${refresh.toFixed(3)} ms`);
}

/** A finished task with three subtasks; every hundredth one is running. */
function buildTask(index, count, name = `Commission host ${index % 100}`) {
  const at = (offset) => new Date(start + (count - index) * 1_000 + offset).toISOString();
  const status = index % 100 === 0 ? 'In Progress' : 'Successful';
  const part = (step) => ({
    name: `Step ${step}`,
    description: `What step ${step} does`,
    status: 'SUCCESSFUL',
    creationTimestamp: at(step),
  });
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const task = { id, name, type: 'HOST_COMMISSION', status, creationTimestamp: at(0), completionTimestamp: at(500) };
  const wire = { ...task, subTasks: [1, 2, 3].map(part), errors: [], isRetryable: false };
  return buildUntranslatedVcfTask('vcf', id, toElement(id, wire), null);
}

/** The same task with a new fingerprint, so that it counts as changed. */
function markChanged(task) {
  round++;
  return { ...task, fingerprint: String(round), translate: () => ({ ...task.translate(), name: `round ${round}` }) };
}

function buildList(tasksRead) {
  return { tasks: tasksRead, unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null };
}

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** The median duration of 30 runs in milliseconds. */
function time(run) {
  const times = [];
  for (let iteration = 0; iteration < 30; iteration++) {
    const startedAt = performance.now();
    run();
    times.push(performance.now() - startedAt);
  }
  return quantile(times, 0.5);
}
