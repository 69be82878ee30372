import { expect, test } from '@jest/globals';

import { parseAstraErrorBody, parseProblemNumber } from '../../../src/sources/astra/client.js';
import { translateAstraTask } from '../../../src/sources/astra/task.js';
import type { AstraTask } from '../../../src/sources/astra/types.js';
import { parseAstraTask, parseContinueToken } from '../../../src/sources/astra/wire.js';
import type { TranslatedTask } from '../../../src/model/task.js';
import { isJsonObject } from '../../../src/model/scalars.js';
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
      resources: [
        { sourceResourceId: '626a0978-d55f-4841-8b7c-dc0c0f592c6f', type: 'appSnaps' },
        { sourceResourceId: '2b6dafc3-2172-4431-a482-6306b2703130', type: 'appSnaps' },
        { sourceResourceId: '7c8bef49-697e-4fb4-810c-675cef4cf6c9', type: 'apps' },
        { sourceResourceId: 'f670bf11-8850-44bd-b330-815af6186a06', type: 'apps' },
        { sourceResourceId: 'f8b58091-4b9c-4c64-9b40-018dbaf7c5de', type: 'namespaces' },
        { sourceResourceId: 'dfd9de2d-6f0b-437b-a737-c8f7f176cd14', type: 'clusters' },
        { sourceResourceId: '0df3f1a0-7203-4c12-aabf-a7bee6302671', type: 'clouds' },
        { sourceResourceId: '923708f8-0435-45b5-8c00-fbdef3ffaf25', type: 'namespaces' },
      ],
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
  if (!isJsonObject(value) || !Array.isArray(value['items'])) throw new Error('The list could not be read.');
  return { tasks: value['items'].map(taskOf), continueToken: parseContinueToken(value) };
}
