import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isJsonObject } from '../../../src/model/scalars.js';
import { describeVcfEffect, findVcfBlockers } from '../../../src/sources/vcf/task-actions.js';
import { translateVcfTask } from '../../../src/sources/vcf/task.js';
import { request, withPlane, wireCredentialsTask, wireTask } from './plane.js';

const keys =
  'id name type status creationTimestamp completionTimestamp subTasks errors resources stages message localizableDescriptionPack ' +
  'dependentSubTasks nestedErrors causes notifications remediations documentationLink url errorType severity resourceId isRetryable ' +
  'isAutoRotate username oldPassword newPassword __proto__ constructor';
const leaf = fc.oneof(
  fc.constantFrom('FAILED', 'Failed', 'In Progress', 'WARNING', 'ROTATE', '', '2026-11-01T08:00:00Z', 'https://x.example/'),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys.split(' ')), tie('json'), { maxKeys: 8 }),
  ),
}));
/** As a parser makes it, so that `__proto__` is a key like any other. */
const object = fc
  .dictionary(fc.constantFrom(...keys.split(' ')), json, { maxKeys: 12 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);

test('whatever a plane sends as a task, it is translated', () => {
  fc.assert(
    fc.property(object, fc.option(object), (task, credentialsTask) => {
      const translated = translateVcfTask('sfo', 'a', {
        task: { ...task, id: 'a' },
        credentialsTask: credentialsTask === null ? null : { ...credentialsTask, id: 'a' },
      });
      expect(translated).toMatchObject({ __typename: 'VcfTask', id: 'sfo:a', name: expect.any(String), status: expect.any(String) });
      for (const action of ['RETRY', 'CANCEL'] as const) {
        expect(findVcfBlockers({ action, input: null }, translated)).toBeInstanceOf(Array);
        expect(describeVcfEffect({ action, input: null }, translated)).toEqual(expect.any(String));
      }
    }),
    { numRuns: 300 },
  );
});

test('one malformed item never affects another, and no password gets through', async () => {
  let elements: [unknown[], unknown[]] = [[], []];
  await withPlane(
    (call) => {
      if (call.path === '/v1/tasks') return { status: 200, body: JSON.stringify({ elements: elements[0] }) };
      return call.path === '/v1/credentials/tasks' ? { status: 200, body: JSON.stringify({ elements: elements[1] }) } : undefined;
    },
    async ({ source }) => {
      const items = fc.array(fc.oneof(json, object), { maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(items, items, async (unusual, unusualCredentials) => {
          elements = [
            [...unusual, wireTask('good')],
            [...unusualCredentials, wireCredentialsTask('good-credentials')],
          ];
          const answer = await source.list(request());
          const translated = answer.tasks.map((reading) => reading.translate());
          expect(translated.map((task) => task.sourceTaskId)).toEqual(expect.arrayContaining(['good', 'good-credentials']));
          expect(translated.find((task) => task.sourceTaskId === 'good')?.warnings).toEqual([]);
          expect(answer.tasks.length + answer.malformedCount).toBeLessThanOrEqual(elements[0].length + elements[1].length);
          const text = JSON.stringify(answer.tasks.map((reading) => reading.fingerprint)) + JSON.stringify(translated);
          expect(text).not.toMatch(/"(?:old|new)Password"|wire-secret/);
        }),
        { numRuns: 60 },
      );
    },
  );
});

test.each([
  ['[', ']'],
  ['{"subTasks":[', ']}'],
])('endless nesting is refused', async (open, close) => {
  const body = `{"elements":[${open.repeat(5_000)}${close.repeat(5_000)}]}`;
  await withPlane(
    (call) => (call.path === '/v1/tasks' ? { status: 200, body } : undefined),
    async ({ source }) => {
      await expect(source.list(request())).rejects.toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE' } });
    },
  );
});

test('an item of the maximum depth is translated', () => {
  const nest = (depth: number): Record<string, unknown> => (depth === 0 ? { status: 7 } : { subTasks: [nest(depth - 1)], errors: [null] });
  const task = translateVcfTask('sfo', 'a', { task: { ...nest(120), id: 'a' }, credentialsTask: null });
  expect(task.warnings.some((warning) => warning.__typename === 'MalformedDataWarning')).toBe(true);
  expect(isJsonObject(task.payload)).toBe(true);
});
