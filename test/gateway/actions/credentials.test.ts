import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { act, actionsAt, allActions, blockerCodes, statusOf } from './act.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const resourceName = 'added-esx01.cloud.example';
const element = { resourceName, resourceType: 'ESXI', credentialType: 'SSH', accountType: 'USER', username: 'root' };
const subTask = (username: string, status: string, more: object = {}) => ({
  id: `sub-${username}`,
  name: `${resourceName}:SSH`,
  status,
  resourceName,
  entityType: 'ESXI',
  credentialType: 'SSH',
  username,
  oldPassword: `canary-old-${username}`,
  newPassword: `canary-new-${username}`,
  ...more,
});

/** Method, path and body of the actions that reached the plane. */
const sent = () =>
  actionsAt(world, 'vcf-sfo').map(({ method, path, body }) => ({ method, path, body: body === '' ? null : JSON.parse(body) }));

test('retryTask retries a ROTATE: the body names the failed accounts and nothing else', async () => {
  const sourceTaskId = world.planes['vcf-sfo'].addCredentialsTask({
    type: 'ROTATE',
    subTasks: [
      subTask('root', 'FAILED'),
      subTask('fine', 'SUCCESSFUL'),
      subTask('svc', 'INCONSISTENT', { credentialType: 'API' }),
      subTask('parent', 'SUCCESSFUL', {
        dependentSubTasks: [subTask('child', 'FAILED', { resourceName: 'nsx01', entityType: 'NSXT_MANAGER' })],
      }),
    ],
  });
  const id = `vcf-sfo:${sourceTaskId}`;
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED', errors: [] });
  expect(sent()).toEqual([
    {
      method: 'PATCH',
      path: `/v1/credentials/tasks/${sourceTaskId}`,
      body: {
        operationType: 'ROTATE',
        elements: [
          {
            resourceName,
            resourceType: 'ESXI',
            credentials: [
              { credentialType: 'SSH', username: 'root' },
              { credentialType: 'API', username: 'svc' },
            ],
          },
          { resourceName: 'nsx01', resourceType: 'NSXT_MANAGER', credentials: [{ credentialType: 'SSH', username: 'child' }] },
        ],
      },
    },
  ]);
  world.advance(6_000);
  expect(await statusOf(world, id)).toBe('RUNNING');
  world.advance(120_000);
  expect(await statusOf(world, id)).toBe('SUCCEEDED');
});

test('a ROTATE needs input when its subtasks do not name what failed', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask({ subTasks: [subTask('root', 'FAILED', { username: undefined })] })}`;
  expect(blockerCodes(await act(world, 'retryTask', { id }))).toEqual(['NEEDS_INPUT']);
  expect(await act(world, 'retryVcfCredentialsTask', { id, elements: [element] })).toMatchObject({ outcome: 'ACCEPTED' });
});

test.each(['UPDATE', 'REMEDIATE'])('%s needs input; retryVcfCredentialsTask sends it, and the plane accepts it', async (type) => {
  const sourceTaskId = world.planes['vcf-sfo'].addCredentialsTask({ type });
  const id = `vcf-sfo:${sourceTaskId}`;
  const refused = await act(world, 'retryTask', { id });
  expect(blockerCodes(refused)).toEqual(['NEEDS_INPUT']);
  expect(refused.errors[0].message).toContain('retryVcfCredentialsTask');
  const input = { id, elements: [{ ...element, password: 'Str0ng!' }], reason: 'new policy', clientMutationId: 'c' };
  expect(await act(world, 'retryVcfCredentialsTask', input)).toMatchObject({
    __typename: 'RetryTaskPayload',
    taskId: id,
    outcome: 'ACCEPTED',
    errors: [],
    clientMutationId: 'c',
  });
  const credentials = [{ credentialType: 'SSH', accountType: 'USER', username: 'root', password: 'Str0ng!' }];
  expect(sent()).toEqual([
    {
      method: 'PATCH',
      path: `/v1/credentials/tasks/${sourceTaskId}`,
      body: { operationType: type, elements: [{ resourceName, resourceType: 'ESXI', credentials }] },
    },
  ]);
  world.advance(6_000);
  expect(await statusOf(world, id)).toBe('RUNNING');
});

test.each([
  ['no elements', []],
  ['no password', [element]],
  ['no resource', [{ ...element, resourceName: null, password: 'p' }]],
])('an UPDATE with %s still needs input, and nothing is sent', async (_, elements) => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask({ type: 'UPDATE' })}`;
  expect(blockerCodes(await act(world, 'retryVcfCredentialsTask', { id, elements }))).toEqual(['NEEDS_INPUT']);
  expect(allActions(world)).toEqual([]);
});

test('a ROTATE with a password in the input sends none, because the plane generates its own', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask()}`;
  await act(world, 'retryVcfCredentialsTask', { id, elements: [{ ...element, password: 'canary-given' }] });
  expect(JSON.stringify(sent())).toContain('"root"');
  expect(JSON.stringify(sent())).not.toContain('canary-given');
});

test('a failed credentials task is cancelled by its own route; a running one cannot be cancelled', async () => {
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addCredentialsTask({ type: 'UPDATE' });
  expect(await act(world, 'cancelTask', { id: `vcf-sfo:${sourceTaskId}` })).toMatchObject({ outcome: 'ACCEPTED' });
  const running = plane.addCredentialsTask({ status: 'IN_PROGRESS' });
  expect(blockerCodes(await act(world, 'cancelTask', { id: `vcf-sfo:${running}` }))).toEqual(['WRONG_STATUS']);
  expect(sent()).toEqual([{ method: 'DELETE', path: `/v1/credentials/tasks/${sourceTaskId}`, body: null }]);
  world.advance(6_000);
  expect(await statusOf(world, `vcf-sfo:${sourceTaskId}`)).toBe('CANCELLED');
});

test('a credentials task that is only in the credentials list can be retried and cancelled', async () => {
  const plane = world.planes['vcf-sfo'];
  const [one, two] = [plane.addCredentialsTask({}, null), plane.addCredentialsTask({}, null)];
  expect(await act(world, 'retryTask', { id: `vcf-sfo:${one}` })).toMatchObject({ outcome: 'ACCEPTED' });
  expect(await act(world, 'cancelTask', { id: `vcf-sfo:${two}` })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('for a credentials task that the plane has forgotten, the error is what the plane says', async () => {
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addCredentialsTask();
  const id = `vcf-sfo:${sourceTaskId}`;
  await statusOf(world, id);
  plane.removeTask(sourceTaskId);
  expect(await act(world, 'retryTask', { id })).toMatchObject({
    outcome: 'REJECTED',
    errors: [{ __typename: 'TaskSourceError', problem: { httpStatus: 400 } }],
    task: { id, warnings: [{ __typename: 'StaleDataWarning' }] },
  });
});
