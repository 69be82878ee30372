import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { type WireObject, filterObjects } from '../../../../src/sources/vcf/simulator/wire-format.js';
import { SimulatorClient } from './simulator-client.js';

let client: SimulatorClient;

beforeEach(async () => {
  client = await SimulatorClient.start();
});
afterEach(() => client.simulator.close());

const resourceName = 'added-esx01.cloud.example';

function spec(operationType: string, credential: WireObject = {}): string {
  const credentials = [{ credentialType: 'SSH', username: 'root', ...credential }];
  return JSON.stringify({ operationType, elements: [{ resourceName, resourceType: 'ESXI', credentials }] });
}

async function credentialsStatusOf(id: string): Promise<unknown> {
  return (await client.get(`/v1/credentials/tasks/${id}`)).body['status'];
}

test('the same id is in both lists but for one task, and passwords are in the credentials list only', async () => {
  const credentials = await client.get('/v1/credentials/tasks');
  const ordinary = await client.get('/v1/tasks');
  const ids = filterObjects(credentials.body['elements']).map((task) => task['id']);
  const listed = new Set(filterObjects(ordinary.body['elements']).map((task) => task['id']));
  expect(ids.filter((id) => !listed.has(id))).toHaveLength(1);
  expect(credentials.text).toMatch(/"oldPassword":"canary-old-/);
  expect(credentials.text).toMatch(/"newPassword":"canary-new-/);
  expect(ordinary.text).not.toContain('canary');
});

test('the ordinary task of a credentials task has its own name and spelling', async () => {
  const id = client.simulator.addCredentialsTask({ status: 'USER_CANCELLED' }, { type: undefined });
  const task = (await client.list('/v1/tasks')).find((candidate) => candidate['id'] === id);
  expect(task).toMatchObject({ name: 'Credentials rotate operation', status: 'Cancelled', subTasks: [{ name: `${resourceName}:SSH` }] });
  expect(task).not.toHaveProperty('type');
});

test('the credentials list is newest first and knows limit alone', async () => {
  const all = await client.list('/v1/credentials/tasks');
  const times = all.map((task) => String(task['creationTimestamp']));
  expect(times).toEqual(times.toSorted().toReversed());
  expect(await client.list('/v1/credentials/tasks?limit=2&pageSize=1&taskStatus=FAILED')).toEqual(all.slice(0, 2));
});

test('without credentials tasks the list is 404, and ordinary tasks are still there', async () => {
  client.simulator.credentialsAvailable = false;
  expect((await client.get('/v1/credentials/tasks')).status).toBe(404);
  expect((await client.get('/v1/tasks')).status).toBe(200);
});

test('an unknown credentials task is 400 with an Error body, for every call', async () => {
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/subtasks/1'],
    ['GET', '/resource-credentials'],
  ] as const) {
    expect(await client.send(method, `/v1/credentials/tasks/nobody${path}`)).toMatchObject({
      status: 400,
      body: { errorCode: expect.any(String) },
    });
  }
});

test('a subtask comes inside its task, and resources with their accounts', async () => {
  const id = client.simulator.addCredentialsTask();
  const subtaskId = String(filterObjects((await client.get(`/v1/credentials/tasks/${id}`)).body['subTasks'])[0]?.['id']);
  expect((await client.get(`/v1/credentials/tasks/${id}/subtasks/${subtaskId}`)).body).toMatchObject({ id, subTasks: [{ id: subtaskId }] });
  expect((await client.get(`/v1/credentials/tasks/${id}/subtasks/other`)).status).toBe(400);
  const { text } = await client.get(`/v1/credentials/tasks/${id}/resource-credentials`);
  expect(JSON.parse(text)).toMatchObject([
    { resourceName, resourceType: 'ESXI', credentials: [{ username: 'root', credentialType: 'SSH' }] },
  ]);
});

test('a rotation is retried with its spec: 202 with a Task, failed for some seconds, then it succeeds in both lists', async () => {
  const id = client.simulator.addCredentialsTask();
  const answer = await client.send('PATCH', `/v1/credentials/tasks/${id}`, spec('ROTATE'));
  expect(answer).toMatchObject({ status: 202, body: { id, name: 'Credentials rotate operation', status: 'Failed' } });
  expect(await credentialsStatusOf(id)).toBe('FAILED');
  expect((await client.send('PATCH', `/v1/credentials/tasks/${id}`, spec('ROTATE'))).status).toBe(400);
  client.simulator.advance(6_000);
  expect(await credentialsStatusOf(id)).toBe('IN_PROGRESS');
  client.simulator.advance(60_000);
  expect(await credentialsStatusOf(id)).toBe('SUCCESSFUL');
  expect(await client.statusOf(id)).toBe('SUCCESSFUL');
});

test.each(['UPDATE', 'REMEDIATE'])('%s needs a password, which then shows in the subtask', async (type) => {
  const id = client.simulator.addCredentialsTask({ type });
  const refused = await client.send('PATCH', `/v1/credentials/tasks/${id}`, spec(type));
  expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining('password is missing') } });
  expect((await client.send('PATCH', `/v1/credentials/tasks/${id}`, spec(type, { password: 'canary-set' }))).status).toBe(202);
  client.simulator.advance(70_000);
  expect((await client.get(`/v1/credentials/tasks/${id}`)).body).toMatchObject({
    status: 'SUCCESSFUL',
    subTasks: [{ newPassword: 'canary-set' }],
  });
});

test.each([
  ['', 'spec is needed'],
  ['{}', 'operationType is missing'],
  ['{"operationType":"UPDATE"}', 'that of the task is ROTATE'],
  ['{"operationType":"ROTATE"}', 'elements is missing'],
  ['{"operationType":"ROTATE","elements":[{}]}', 'elements[0].resourceType is missing'],
  ['{"operationType":"ROTATE","elements":[{"resourceType":"ESXI"}]}', 'elements[0].resourceName is missing'],
  ['{"operationType":"ROTATE","elements":[{"resourceType":"ESXI","resourceName":"other"}]}', 'does not have'],
  [
    `{"operationType":"ROTATE","elements":[{"resourceType":"ESXI","resourceName":"${resourceName}"}]}`,
    'elements[0].credentials is missing',
  ],
  [
    `{"operationType":"ROTATE","elements":[{"resourceType":"ESXI","resourceName":"${resourceName}","credentials":[{}]}]}`,
    'credentials[0].username is missing',
  ],
])('a retry with the body %s is 400 and says what is wrong', async (body, message) => {
  const id = client.simulator.addCredentialsTask();
  const answer = await client.send('PATCH', `/v1/credentials/tasks/${id}`, body);
  expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
});

test('a change of the rotation policy needs the policy', async () => {
  const type = 'UPDATE_AUTO_ROTATE_POLICY';
  const id = client.simulator.addCredentialsTask({ type });
  expect((await client.send('PATCH', `/v1/credentials/tasks/${id}`, spec(type))).status).toBe(400);
  const whole = { ...JSON.parse(spec(type)), autoRotatePolicy: { enableAutoRotatePolicy: true, frequencyInDays: 30 } };
  expect((await client.send('PATCH', `/v1/credentials/tasks/${id}`, JSON.stringify(whole))).status).toBe(202);
});

test('a failed credentials task can be cancelled, any other one cannot', async () => {
  const id = client.simulator.addCredentialsTask();
  const running = client.simulator.addCredentialsTask({ status: 'IN_PROGRESS' });
  expect(await client.send('DELETE', `/v1/credentials/tasks/${id}`)).toMatchObject({ status: 202, body: { id, status: 'Failed' } });
  expect((await client.send('DELETE', `/v1/credentials/tasks/${running}`)).status).toBe(400);
  client.simulator.advance(6_000);
  expect((await client.get(`/v1/credentials/tasks/${id}`)).body).toMatchObject({
    status: 'USER_CANCELLED',
    subTasks: [{ status: 'USER_CANCELLED' }],
  });
});

test('the ordinary routes neither retry nor cancel a credentials task', async () => {
  const id = client.simulator.addCredentialsTask();
  expect(await client.send('PATCH', `/v1/tasks/${id}`)).toMatchObject({ status: 409, body: { errorCode: 'TA_TASK_CAN_NOT_BE_RETRIED' } });
  expect((await client.send('DELETE', `/v1/tasks/${id}`)).status).toBe(409);
});

test('a task of the credentials list alone is 404 among the ordinary ones', async () => {
  const id = client.simulator.addCredentialsTask({}, null);
  expect((await client.get(`/v1/tasks/${id}`)).status).toBe(404);
  expect((await client.get(`/v1/credentials/tasks/${id}`)).status).toBe(200);
  client.simulator.setCredentialsTask(id, { status: 'SUCCESSFUL' });
  expect(await credentialsStatusOf(id)).toBe('SUCCESSFUL');
  client.simulator.removeTask(id);
  expect((await client.get(`/v1/credentials/tasks/${id}`)).status).toBe(400);
});
