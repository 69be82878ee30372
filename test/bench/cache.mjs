// What a cache costs: npm run bench:cache. It prints a table; nothing here is a timed test.
import 'reflect-metadata';

import { compileFilter, countTasks } from '../../dist/gateway/query/compile-filter.js';
import { CachedTasks } from '../../dist/gateway/cache/cached-tasks.js';
import { sliceMergedPage, slicePage } from '../../dist/gateway/query/pagination.js';
import { createTaskComparator, createTaskOrdering } from '../../dist/model/task-order.js';
import { buildUntranslatedVcfTask } from '../../dist/sources/vcf/task.js';

const orders = { 'newest first': { field: 'CREATED_AT', direction: 'DESC' }, 'by name': { field: 'NAME', direction: 'ASC' } };
const kinds = new Map([['vcf', 'VCF']]);
const filters = { none: null, unfinished: { isFinished: false }, text: { text: 'host 7' } };
let round = 0;
const start = Date.UTC(2026, 10, 1);

for (const count of [10_000, 100_000]) {
  const before = heap();
  const tasks = new CachedTasks((task) => ({ isRetryable: task.payload?.isRetryable ?? null }));
  // Read in pieces, as a plane gives it, so that what was sent is not all in memory at once.
  for (let from = 0; from < count; from += 1_000) {
    const readings = Array.from({ length: Math.min(1_000, count - from) }, (_, place) => reading(from + place, count));
    tasks.applyDelta({ kind: 'delta', answer: answerOf(readings), gone: [] }, 1, 2);
  }
  tasks.takeDifferences();
  for (const order of Object.values(orders)) tasks.listed.sortedBy(order);
  const perTask = (heap() - before) / count;
  console.log(`${count} tasks: ${(perTask / 1_000).toFixed(2)} kB a task, its subtasks and two orders included, payloads of 1,000 kept`);
  const cases = Object.keys(orders).flatMap((order) => Object.keys(filters).map((filter) => [order, filter]));
  for (const [orderName, filterName] of cases) {
    const order = orders[orderName];
    const ordering = createTaskOrdering(order);
    const compiled = compileFilter(filters[filterName], kinds);
    const canUseIndexCounts = compiled.matchesAllExceptStatus('vcf', 'VCF');
    const now = time(() => {
      sliceMergedPage([tasks.listed.sortedBy(order)], compiled.matches, { first: 50 }, ordering);
      countTasks(tasks.listed, compiled, canUseIndexCounts);
    });
    const sorting = time(() => {
      const all = tasks.listed.all();
      const matching = all.filter(compiled.matches).sort(createTaskComparator(order));
      slicePage(matching, { first: 50 }, ordering);
      all.filter(compiled.matchesWithoutStatus);
    });
    const ratio = (sorting / now).toFixed(0);
    console.log(
      `  page of 50, ${orderName}, filter ${filterName}:`.padEnd(50),
      `${now.toFixed(3)} ms; by sorting the whole ${sorting.toFixed(3)} ms, ${ratio} times as much`,
    );
  }
  const changes = Array.from({ length: 20 }, (_, place) => reading(place * 7, count, 'changed'));
  const refresh = time(() => {
    tasks.applyDelta({ kind: 'delta', answer: answerOf(changes.map(again)), gone: [] }, 3, 4);
    tasks.takeDifferences();
    for (const order of Object.values(orders)) tasks.listed.sortedBy(order);
  });
  console.log('  20 changed tasks put in place:'.padEnd(50), `${refresh.toFixed(3)} ms`);
}

/** A finished task with three subtasks, each hundredth running. */
function reading(place, count, name = `Commission host ${place % 100}`) {
  const at = (offset) => new Date(start + (count - place) * 1_000 + offset).toISOString();
  const status = place % 100 === 0 ? 'In Progress' : 'Successful';
  const part = (step) => ({
    name: `Step ${step}`,
    description: `What step ${step} does`,
    status: 'SUCCESSFUL',
    creationTimestamp: at(step),
  });
  const id = `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;
  const task = { id, name, type: 'HOST_COMMISSION', status, creationTimestamp: at(0), completionTimestamp: at(500) };
  return buildUntranslatedVcfTask('vcf', id, {
    task: { ...task, subTasks: [1, 2, 3].map(part), errors: [], isRetryable: false },
    credentialsTask: null,
  });
}

/** The same, as a change that was not seen before. */
function again(reading) {
  round++;
  return { ...reading, fingerprint: String(round), translate: () => ({ ...reading.translate(), name: `round ${round}` }) };
}

function answerOf(readings) {
  return { tasks: readings, unchanged: [], malformedCount: 0, isComplete: true, problem: null };
}

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Milliseconds that one run takes, the median of many. */
function time(run) {
  const times = [];
  for (let turn = 0; turn < 30; turn++) {
    const begun = performance.now();
    run();
    times.push(performance.now() - begun);
  }
  return times.toSorted((one, other) => one - other)[15];
}
