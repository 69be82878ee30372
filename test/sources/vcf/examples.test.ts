import { expect, test } from '@jest/globals';

import { isJsonObject, type JsonObject } from '../../../src/model/scalars.js';
import { translateVcfTask } from '../../../src/sources/vcf/task.js';
import { readTokenLifeMs } from '../../../src/sources/vcf/authentication.js';
import { upstreamJson, upstreams } from '../../support/upstream-files.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { request, withPlane, wireTask } from './plane.js';

function example(name: string): JsonObject {
  const value = upstreamJson(`vcf/examples/${name}.json`);
  if (!isJsonObject(value)) throw new Error(`${name} is no object.`);
  return value;
}

const translated = (task: JsonObject) => translateVcfTask('sfo', String(task['id']), { task, credentialsTask: null });

describeWith(upstreams)('published payloads', () => {
  test('the list of 4.5, in mixed spelling', async () => {
    const body = example('docs-4.5-get-tasks-200');
    await withPlane(
      (call) => (call.path === '/v1/tasks' ? { status: 200, body } : undefined),
      async ({ source }) => {
        const { tasks: readings, malformedCount, isComplete } = await source.list(request());
        expect([malformedCount, isComplete]).toEqual([0, true]);
        expect(readings.map((reading) => reading.translate())).toMatchObject([
          {
            status: 'FAILED',
            sourceStatus: 'Failed',
            rootCause: { code: 'COMMISION_HOST_FAILED' },
            resolutionStatus: 'UNRESOLVED',
            progress: { completedSteps: 2, totalSteps: 3 },
            parts: [{ status: 'SUCCEEDED' }, { status: 'FAILED' }, { status: 'PENDING' }],
            warnings: [],
          },
          {
            status: 'SUCCEEDED',
            name: 'Credentials rotate operation',
            resolutionStatus: 'UNRESOLVED',
            resources: [{ type: 'HOST' }],
            warnings: [],
          },
        ]);
      },
    );
  });

  test('a task of 4.5 that confuses seconds and milliseconds, and has failed without an error', () => {
    expect(translated(example('docs-4.5-get-task-by-id-200'))).toMatchObject({
      status: 'FAILED',
      createdAt: Date.parse('1970-01-20T06:19:07.495Z'),
      failures: [],
      rootCause: null,
      warnings: [],
    });
  });

  test('a task of 4.4 whose subtasks are null, with a warning among its errors', () => {
    const task = translated(example('docs-4.4.0-task-element-null-subtasks-PARTIAL'));
    expect(task).toMatchObject({ status: 'FAILED', parts: [], progress: null });
    expect(task.failures).toMatchObject([{ code: 'ERROR_CODE_1', referenceToken: '971D81' }, { code: 'ERROR_CODE_2' }]);
    expect(task.warnings).toMatchObject([
      { __typename: 'VcfWarning', code: 'ERROR_CODE_3', message: 'Error Response message for warning 1' },
      { __typename: 'MalformedDataWarning', fields: ['subTasks[0]', 'subTasks[1]', 'subTasks[2]'] },
    ]);
  });

  test('a failed task of VxRail', () => {
    expect(translated(example('docs-vxrail-latest-task-element-ceip-failed'))).toMatchObject({
      failures: [{ code: 'VCF_ENABLE_CEIP_ERROR', causes: [] }],
      progress: { completedSteps: 2, totalSteps: 4 },
      payload: { isRetryable: false },
      warnings: [],
    });
  });

  test('live subtasks of 9.0 that wait and carry a completion time', () => {
    const subTasks = upstreamJson('vcf/examples/live-9.0-domain-creation-subtasks-FRAGMENT.json');
    const task = translated(wireTask('live', { status: 'In Progress', subTasks }));
    expect(task.parts).toHaveLength(15);
    expect(task.parts.every((part) => part.status === 'PENDING' && part.finishedAt === null && part.createdAt !== null)).toBe(true);
    expect(task).toMatchObject({ progress: { percent: 0, totalSteps: 15 }, warnings: [] });
  });

  test('a live nested error of 9.0', () => {
    const error = example('live-9.0-nested-error-PARTIAL');
    expect(translated(wireTask('live', { status: 'FAILED', errors: [error] }))).toMatchObject({
      failures: [{ code: 'PUBLIC_DOMAINSPEC_VALIDATION_FAILED', causes: [{ code: 'CLUSTER_IMAGE_ESXI_VERSION_NOT_VALID' }] }],
      rootCause: { code: 'CLUSTER_IMAGE_ESXI_VERSION_NOT_VALID' },
      warnings: [],
    });
  });

  test('a task that is not there', async () => {
    const body = example('live-5.1-get-task-404');
    await withPlane(
      (call) => (call.path.startsWith('/v1/tasks/') ? { status: 404, body } : undefined),
      async ({ source }) => {
        expect(await source.read(['619cc900-15c5-48c0-840f-0b245bf1f4b3'], request())).toEqual(
          new Map([['619cc900-15c5-48c0-840f-0b245bf1f4b3', null]]),
        );
        const answer = await source.actions.act({ action: 'RETRY', input: null }, translated(wireTask('a')), AbortSignal.timeout(60_000));
        expect(answer).toMatchObject({ reason: 'NOT_FOUND', problem: { referenceToken: '8465IV' } });
      },
    );
  });

  test('a retry that is refused', async () => {
    const body = example('lab-9.0.1-retry-refused');
    await withPlane(
      (call) => (call.path.startsWith('/v1/tasks/') ? { status: 409, body } : undefined),
      async ({ source }) => {
        const answer = await source.actions.act({ action: 'RETRY', input: null }, translated(wireTask('a')), AbortSignal.timeout(60_000));
        expect(answer).toMatchObject({ outcome: 'REJECTED', reason: 'CONFLICT' });
        expect(JSON.stringify(answer)).toContain('Task cannot be retried');
      },
    );
  });

  test('a token that has expired, and the one that follows', async () => {
    const pair = example('docs-tokens-create-200');
    const body = example('live-5.x-expired-token-401');
    let logIns = 0;
    await withPlane(
      (call) => {
        if (call.path === '/v1/tokens') return { status: 201, body: { ...pair, accessToken: `jwt-${++logIns}` } };
        if (call.path === '/v1/tokens/access-token/refresh') return { status: 200, body: '"jwt-2"' };
        return call.headers['authorization'] === 'Bearer jwt-1'
          ? { status: 401, body }
          : { status: 200, body: { elements: [wireTask('a')] } };
      },
      async (plane) => {
        expect((await plane.source.list(request())).tasks).toHaveLength(1);
        expect(plane.callsTo('/v1/tokens/access-token/refresh', 'PATCH')[0]?.body).toBe('"3c6b3c30-3bf2-480b-9539-8483699ab911"');
      },
    );
    const claims = Buffer.from(JSON.stringify(example('docs-tokens-access-token-claims'))).toString('base64url');
    expect(readTokenLifeMs(`e30.${claims}.x`)).toBe(3_600_000);
  });

  test.each(['powervcf-credentials-rotate-request', 'powervcf-credentials-update-request'])(
    'the body of a retry has the form of %s',
    async (name) => {
      const { buildRetryBody: retryBody } = await import('../../../src/sources/vcf/retry-credentials.js');
      const { SecretText } = await import('../../../src/model/secret.js');
      const isRotate = name.includes('rotate');
      const element = {
        resourceName: 'sfo01-m01-esx01.sfo.rainpole.io',
        resourceType: 'ESXI',
        credentialType: 'SSH',
        username: 'root',
        password: new SecretText('<new password>'),
      };
      const body: unknown = JSON.parse(retryBody(isRotate ? 'ROTATE' : 'UPDATE', [element], isRotate ? 'left out' : 'sent'));
      expect(body).toEqual(example(name));
    },
  );
});

test.each([['x'], ['a.b.c'], ['e30.bnVsbA.x'], [`e30.${Buffer.from('{"exp":1,"iat":2}').toString('base64url')}.x`]])(
  'a token without readable claims says nothing of its life: %s',
  (token) => {
    expect(readTokenLifeMs(token)).toBeNull();
  },
);
