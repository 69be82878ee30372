import { expect, test } from '@jest/globals';

import { parseAstraErrorBody, parseProblemNumber } from '../../../src/sources/astra/client.js';
import { translateAstraTask } from '../../../src/sources/astra/task.js';
import type { AstraTask } from '../../../src/sources/astra/types.js';
import { parseAstraPage, parseAstraTask } from '../../../src/sources/astra/wire.js';
import type { TranslatedTask } from '../../../src/model/task.js';
import { UpstreamResponse } from '../../../src/upstream/response.js';
import { upstreamJson, upstreams } from '../../support/upstream-files.js';
import { describeWith } from '../../support/describe-with-tool.js';

const example = (name: string): unknown => upstreamJson(`astra/examples/${name}.json`);

describeWith(upstreams)('examples of the plane', () => {
  test('the documented task is running although it has an end time', () => {
    expect(taskOf(example('task-get.doc-24.02'))).toMatchObject({
      name: 'Backup preparation',
      operation: 'astra.backup.prep',
      status: 'RUNNING',
      finishedAt: null,
      startedAt: Date.UTC(2020, 7, 6, 12, 24, 52, 256),
      progress: { percent: 20.3 },
      position: 0,
      parentTaskId: '9cc8c321-6af1-406c-8158-2c6582c247f8',
      resources: [{ sourceResourceId: '626a0978-d55f-4841-8b7c-dc0c0f592c6f', type: 'appSnaps' }],
      warnings: [],
    });
  });

  test('the documented list has a running and a completed task, and no further page', () => {
    const { tasks, continueToken } = slicePage(example('tasks-list.doc-24.02'));
    expect(continueToken).toBeNull();
    expect(tasks).toMatchObject([
      { status: 'RUNNING', warnings: [] },
      {
        status: 'SUCCEEDED',
        finishedAt: Date.UTC(2020, 7, 6, 12, 26, 52, 256),
        progress: { percent: 100 },
        parentTaskId: null,
        warnings: [],
      },
    ]);
  });

  test('the failed task says why', () => {
    expect(taskOf(example('task-failed-synthetic'))).toMatchObject({
      status: 'FAILED',
      finishedAt: Date.UTC(2020, 7, 6, 12, 25, 52),
      failures: [{ code: 'https://astra.netapp.io/problems/94' }],
      rootCause: { code: 'https://astra.netapp.io/problems/94' },
      progress: { percent: 42 },
    });
  });

  test('the cancelled task says when', () => {
    const instant = Date.UTC(2020, 7, 6, 12, 25, 52);
    expect(taskOf(example('task-cancelled-synthetic'))).toMatchObject({ status: 'CANCELLED', finishedAt: instant, cancelledAt: instant });
  });

  test('the task of version 1.0 with required fields alone has nothing odd', () => {
    expect(taskOf(example('task-minimal-synthetic'))).toMatchObject({
      status: 'PENDING',
      progress: null,
      position: null,
      userId: null,
      warnings: [],
    });
  });

  test('the list that is cut names the next page, the empty one does not', () => {
    expect(slicePage(example('tasks-list-paged-synthetic'))).toMatchObject({
      continueToken: 'ZXhhbXBsZS10b2tlbg==',
      tasks: [{ status: 'RUNNING' }],
    });
    expect(slicePage(example('tasks-list-empty-synthetic'))).toEqual({ continueToken: null, tasks: [] });
  });

  test.each([
    ['problem-400-5', 400, 5],
    ['problem-401-3', 401, 3],
    ['problem-403-11', 403, 11],
    ['problem-404-1', 404, 1],
    ['problem-404-2', 404, 2],
  ])('%s is told by its number', (name, status, number) => {
    const answer = new UpstreamResponse(status, {}, JSON.stringify(example(name)));
    expect(parseProblemNumber(answer.jsonObjectOrEmpty())).toBe(number);
    expect(parseAstraErrorBody(answer)).toEqual({
      isFromPlane: true,
      code: `problems/${number}`,
      message: expect.stringMatching(/\.$/),
      referenceToken: null,
    });
  });
});

function taskOf(value: unknown): TranslatedTask<AstraTask> {
  const item = parseAstraTask(value);
  if (item === null) throw new Error('The task could not be read.');
  return translateAstraTask('astra', item);
}

function slicePage(value: unknown): { tasks: readonly TranslatedTask<AstraTask>[]; continueToken: string | null } {
  const page = parseAstraPage(value);
  if (page === null) throw new Error('The list could not be read.');
  return { tasks: page.items.map(taskOf), continueToken: page.continueToken };
}
