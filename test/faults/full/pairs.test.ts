import { inspect } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { Cell, defaultDeadlineMs } from '../matrix/cell.js';
import { EventLoopLag } from '../matrix/event-loop-lag.js';
import { returnedToCount, countOpenHandles } from '../matrix/open-handles.js';
import { listTasks, sourceNames, formatSourceOutcome } from '../matrix/operations.js';
import { buildPairs, type Pair } from '../matrix/pairs.js';
import { Planes } from '../matrix/planes.js';
import { Rejections } from '../matrix/rejections.js';
import { checkSources, readBaseline, findLeak } from '../matrix/run-cell.js';
import type { Json } from '../../support/post.js';
import { saveResults, seed } from './describe-matrix.js';

const results: unknown[] = [];
let planes: Planes;
beforeAll(async () => {
  planes = await Planes.start(seed);
});
afterAll(async () => {
  await planes.close();
  saveResults('pairs', results);
});

test.each(buildPairs())('fault $one.fault.number of $one.kind with fault $other.fault.number of $other.kind', async (pair) => {
  const first = await runPair(pair);
  // A failing pair is run once more: the deadlines are short, and a loaded machine may exceed them.
  const result = first.broken.length === 0 ? first : await runPair(pair);
  results.push(result);
  expect(result.broken).toEqual([]);
});

interface PairResult {
  /** The number of each fault and its plane. */
  readonly one: readonly [number, string];
  readonly other: readonly [number, string];
  readonly outcomes: readonly string[];
  readonly broken: readonly string[];
}

/** Lists the tasks of all sources while two planes have faults. */
async function runPair({ one, other }: Pair): Promise<PairResult> {
  const broken: string[] = [];
  const before = countOpenHandles();
  const rejections = new Rejections();
  const cell = await Cell.start({ planes, faults: { [one.kind]: one.fault, [other.kind]: other.fault }, operation: 'list', seed });
  const outcomes: string[] = [];
  try {
    const baseline = await readBaseline(cell, 'vcf', 'none');
    for (const { kind } of [one, other]) await cell.beginFault(kind);
    const lag = new EventLoopLag();
    const startedAt = performance.now();
    const data = await listTasks(cell, sourceNames, 0);
    const durationMs = performance.now() - startedAt;
    const deadlines = [one, other].map(({ fault }) => Number(fault.settings?.['timeoutMs'] ?? defaultDeadlineMs));
    if (durationMs > Math.max(...deadlines) + 100 + lag.stop() * 2) broken.push(`O1: it took ${Math.round(durationMs)} ms`);
    for (const { kind, fault } of [one, other]) {
      const outcome = formatSourceOutcome(data.all.sources.find(({ source }: Json) => source.name === kind));
      outcomes.push(outcome);
      if (fault.expected('list', kind)?.includes(outcome) !== true) broken.push(`outcome: ${outcome} of ${kind}`);
    }
    const problems = await checkSources(cell, baseline, [one.kind, other.kind]);
    broken.push(...Object.entries(problems).map(([oracle, problem]) => `${oracle}: ${problem}`));
  } finally {
    await cell.close();
  }
  if (findLeak(cell, 'list') !== null) broken.push(`O6: ${findLeak(cell, 'list')}`);
  const [unhandled] = await rejections.end();
  if (unhandled !== undefined) broken.push(`O5: ${inspect(unhandled)}`);
  if (!(await returnedToCount(before))) broken.push('O7');
  return { one: [one.fault.number, one.kind], other: [other.fault.number, other.kind], outcomes, broken };
}
