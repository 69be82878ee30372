import { inspect } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { Cell, usualDeadlineMs } from '../matrix/cell.js';
import { EventLoopLag } from '../matrix/event-loop-lag.js';
import { returnedToCount, countOpenHandles } from '../matrix/open-handles.js';
import { listOf, sourceNames, wordOf } from '../matrix/operations.js';
import { type Pair, pairs } from '../matrix/pairs.js';
import { Planes } from '../matrix/planes.js';
import { Rejections } from '../matrix/rejections.js';
import { askTheSources, baselineOf, leakOf } from '../matrix/run-cell.js';
import type { Json } from '../../support/post.js';
import { keep, seed } from './describe-matrix.js';

const results: unknown[] = [];
let planes: Planes;
beforeAll(async () => {
  planes = await Planes.start(seed);
});
afterAll(async () => {
  await planes.close();
  keep('pairs', results);
});

test.each(pairs())('fault $one.fault.number of $one.kind with fault $other.fault.number of $other.kind', async (pair) => {
  const first = await runPair(pair);
  // Once more where it is broken: deadlines are short here, and a busy machine can be slower.
  const result = first.broken.length === 0 ? first : await runPair(pair);
  results.push(result);
  expect(result.broken).toEqual([]);
});

interface PairResult {
  /** Number and plane of each fault. */
  readonly one: readonly [number, string];
  readonly other: readonly [number, string];
  readonly outcomes: readonly string[];
  readonly broken: readonly string[];
}

/** Lists everything while two planes are ill. */
async function runPair({ one, other }: Pair): Promise<PairResult> {
  const broken: string[] = [];
  const before = countOpenHandles();
  const rejections = new Rejections();
  const cell = await Cell.start({ planes, ills: { [one.kind]: one.fault, [other.kind]: other.fault }, operation: 'list', seed });
  const outcomes: string[] = [];
  try {
    const baseline = await baselineOf(cell, 'vcf', 'none');
    for (const { kind } of [one, other]) await cell.fall(kind);
    const lag = new EventLoopLag();
    const begun = performance.now();
    const data = await listOf(cell, sourceNames, 0);
    const tookMs = performance.now() - begun;
    const deadlines = [one, other].map(({ fault }) => Number(fault.settings?.['timeoutMs'] ?? usualDeadlineMs));
    if (tookMs > Math.max(...deadlines) + 100 + lag.end() * 2) broken.push(`O1: it took ${Math.round(tookMs)} ms`);
    for (const { kind, fault } of [one, other]) {
      const word = wordOf(data.all.sources.find(({ source }: Json) => source.name === kind));
      outcomes.push(word);
      if (fault.expected('list', kind)?.includes(word) !== true) broken.push(`outcome: ${word} of ${kind}`);
    }
    const asked = await askTheSources(cell, baseline, [one.kind, other.kind]);
    broken.push(...Object.entries(asked).map(([oracle, why]) => `${oracle}: ${why}`));
  } finally {
    await cell.close();
  }
  if (leakOf(cell, 'list') !== null) broken.push(`O6: ${leakOf(cell, 'list')}`);
  const [unhandled] = await rejections.end();
  if (unhandled !== undefined) broken.push(`O5: ${inspect(unhandled)}`);
  if (!(await returnedToCount(before))) broken.push('O7');
  return { one: [one.fault.number, one.kind], other: [other.fault.number, other.kind], outcomes, broken };
}
