import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { SimulatorClient } from './simulator-client.js';

let client: SimulatorClient;

beforeEach(async () => {
  client = await SimulatorClient.start();
  client.simulator.clear();
});
afterEach(() => client.simulator.close());

const creationTimestamp = '2026-03-01T11:00:00.000Z';
const subTasks = [
  { name: 'One', description: 'First', status: 'SUCCESSFUL', creationTimestamp },
  {
    name: 'Two',
    description: 'Second',
    status: 'FAILED',
    creationTimestamp,
    subTasks: [{ name: 'Two and a half', description: 'Below', status: 'FAILED', creationTimestamp, errors: [{ message: 'No' }] }],
  },
];

test('a retry is 200 without a body, leaves the status for some seconds, runs and succeeds', async () => {
  const id = client.simulator.addTask({ status: 'Failed', subTasks: structuredClone(subTasks), errors: [{ message: 'No' }] });
  expect(await client.send('PATCH', `/v1/tasks/${id}`)).toEqual({ status: 200, text: '', body: {} });
  client.simulator.advance(1_000);
  expect(await client.statusOf(id)).toBe('FAILED');
  client.simulator.advance(5_000);
  expect((await client.get(`/v1/tasks/${id}`)).body).toMatchObject({
    status: 'IN_PROGRESS',
    errors: [],
    subTasks: [{ status: 'SUCCESSFUL' }, { status: 'IN_PROGRESS' }],
  });
  expect((await client.list('/v1/tasks'))[0]).toMatchObject({ status: 'In Progress' });
  client.simulator.advance(120_000);
  const { body } = await client.get(`/v1/tasks/${id}`);
  expect(body).toMatchObject({
    status: 'SUCCESSFUL',
    subTasks: [{ status: 'SUCCESSFUL' }, { status: 'SUCCESSFUL', subTasks: [{ status: 'SUCCESSFUL' }] }],
  });
  expect(JSON.stringify(body)).not.toContain('"No"');
});

test('a second retry while the first one has not begun is 409', async () => {
  const id = client.simulator.addTask({ status: 'FAILED' });
  expect((await client.send('PATCH', `/v1/tasks/${id}`)).status).toBe(200);
  expect((await client.send('PATCH', `/v1/tasks/${id}`)).status).toBe(409);
});

test.each([{ status: 'SUCCESSFUL' }, { status: 'Timed Out' }, { status: 'FAILED', isRetryable: false }])(
  'a retry of %j is 409',
  async (wire) => {
    const id = client.simulator.addTask(wire);
    const answer = await client.send('PATCH', `/v1/tasks/${id}`);
    expect(answer).toMatchObject({ status: 409, body: { errorCode: 'TA_TASK_CAN_NOT_BE_RETRIED', referenceToken: expect.any(String) } });
  },
);

test('a failed task without isRetryable can be retried', async () => {
  const id = client.simulator.addTask({ status: 'FAILED', isRetryable: undefined });
  expect((await client.send('PATCH', `/v1/tasks/${id}`)).status).toBe(200);
});

test('a cancel is 200 without a body, and the task ends cancelled some seconds later', async () => {
  const running = { name: 'One', description: 'First', status: 'IN_PROGRESS', creationTimestamp };
  const id = client.simulator.addTask({ status: 'In Progress', subTasks: [running] });
  expect(await client.send('DELETE', `/v1/tasks/${id}`)).toEqual({ status: 200, text: '', body: {} });
  expect(await client.statusOf(id)).toBe('IN_PROGRESS');
  client.simulator.advance(6_000);
  expect((await client.list('/v1/tasks'))[0]).toMatchObject({
    status: 'Cancelled',
    subTasks: [{ status: 'SKIPPED' }],
    completionTimestamp: expect.any(String),
  });
  client.simulator.advance(300_000);
  expect(await client.statusOf(id)).toBe('CANCELLED');
});

test.each([{ status: 'FAILED' }, { status: 'Pending' }, { status: 'IN_PROGRESS', isCancellable: false }])(
  'a cancel of %j is 409',
  async (wire) => {
    const id = client.simulator.addTask(wire);
    expect((await client.send('DELETE', `/v1/tasks/${id}`)).status).toBe(409);
  },
);

test('an action on an unknown task is 404', async () => {
  expect((await client.send('PATCH', '/v1/tasks/nobody')).status).toBe(404);
  expect((await client.send('DELETE', '/v1/tasks/nobody')).status).toBe(404);
});

test('a status that a test sets cancels the scheduled changes', async () => {
  const id = client.simulator.addTask({ status: 'FAILED' });
  await client.send('PATCH', `/v1/tasks/${id}`);
  client.simulator.setTask(id, { status: 'TIMED_OUT' });
  client.simulator.advance(300_000);
  expect(await client.statusOf(id)).toBe('TIMED_OUT');
});

test('a task that a test added does not change by itself', async () => {
  const id = client.simulator.addTask({ status: 'IN_PROGRESS' });
  client.simulator.advance(3_600_000);
  expect(await client.statusOf(id)).toBe('IN_PROGRESS');
  expect(await client.list('/v1/tasks')).toHaveLength(1);
});
