import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type CatalogReadResult, parseTaskResponse } from '../../../src/sources/catalog/task.js';
import { SourceProblemError } from '../../../src/model/source-problem.js';
import { UpstreamResponse } from '../../../src/upstream/response.js';
import { CatalogBench } from './catalog-bench.js';

const id = 'good-id';

function answerOf(status: number, text: string, headers: Record<string, string> = {}): CatalogReadResult | SourceProblemError {
  try {
    const question = { sourceName: 'cat', url: new URL('https://plane.example/'), sourceTaskId: id, cached: undefined };
    return parseTaskResponse(new UpstreamResponse(status, headers, text), question);
  } catch (error) {
    if (error instanceof SourceProblemError) return error;
    throw error;
  }
}

/** Whatever was found can be translated, and every field that is never null has its type. */
function expectSound(answer: CatalogReadResult | SourceProblemError): void {
  if (answer instanceof SourceProblemError || answer.kind !== 'found') return;
  const task = answer.task.translate();
  expect([task.id, task.sourceTaskId]).toEqual([`cat:${id}`, id]);
  expect([task.name, task.status].map((text) => typeof text)).toEqual(['string', 'string']);
  for (const instant of [task.createdAt, task.updatedAt, task.finishedAt]) {
    expect(instant === null || !Number.isNaN(new Date(instant).getTime())).toBe(true);
  }
  for (const warning of task.warnings) expect(typeof warning.message).toBe('string');
}

const anyText = fc.oneof(fc.json({ maxDepth: 5 }), fc.string(), fc.constant('['.repeat(60_000)));

test('any status with any body is a task, null or a problem', () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), anyText, fc.string(), (status, text, location) => {
      expectSound(answerOf(status, text, { location }));
    }),
    { numRuns: 500 },
  );
});

const fieldNames = [
  'operation',
  'status',
  'created_at',
  'updated_at',
  'error_message',
  'install_id',
  'package_id',
  'package_slug',
  'package_version',
  'links',
  'warnings',
  '__proto__',
  'constructor',
];
const anyWarning = fc.dictionary(
  fc.constantFrom('code', 'message', 'path', 'request_id', 'status', 'timestamp', 'details'),
  fc.jsonValue(),
);
const anyValue = fc.oneof(fc.jsonValue(), fc.array(anyWarning), fc.constantFrom('completed', 'failed', '2026-06-01T00:00:00Z'));

test('a task with the right id is found, whatever the rest of it is', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...fieldNames), anyValue), (fields) => {
      const answer = answerOf(200, JSON.stringify({ ...fields, id }));
      expect(answer).toMatchObject({ kind: 'found' });
      expectSound(answer);
    }),
    { numRuns: 500 },
  );
});

test.each([['null'], ['[]'], ['7'], ['"text"'], ['{}'], ['{"id":7}'], ['{"id":""}'], ['{"id":"another"}'], ['{"id":null}']])(
  '%s is not a readable task',
  (text) => {
    expect(answerOf(200, text)).toMatchObject({ kind: 'unreadable', error: { problem: { kind: 'MALFORMED_RESPONSE' } } });
  },
);

let bench: CatalogBench;
beforeEach(async () => {
  bench = await CatalogBench.start();
  bench.plane.addTask({ id: 'sound', status: 'running' });
  bench.plane.addTask({ id });
});
afterEach(() => bench.close());

test('one malformed task never affects another', async () => {
  await bench.reading('sound');
  await fc.assert(
    fc.asyncProperty(anyText, fc.constantFrom(200, 200, 303, 404, 500), async (body, status) => {
      // Two reads of two tasks in a quarter of a minute: too few for a circuit breaker to judge the plane by the bad
      // one.
      bench.now += 15_000;
      bench.plane.server.fault = (call, handle) => (call.path.endsWith(`/${id}`) ? { status, body } : handle());
      const listed = await bench.list(id, 'sound');
      expect(listed.tasks.map((reading) => reading.sourceTaskId)).toContain('sound');
      const answers = await bench.source.read([id, 'sound'], bench.request());
      expect(answers.get('sound')).toMatchObject({ sourceTaskId: 'sound' });
      expect(answers.has(id)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
