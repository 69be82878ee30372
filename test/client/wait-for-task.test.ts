import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { createClient, type TaskRow, type TributaryClient, type WaitOptions } from '../../src/client/index.js';
import { waitUntil } from '../support/wait-until.js';
import { OnePlane } from './single-plane.js';
import { NetworkProxy } from './network-proxy.js';

let world: OnePlane;
let relay: NetworkProxy;
let client: TributaryClient;
let lost: string[];
beforeEach(async () => {
  world = await OnePlane.start();
  relay = await NetworkProxy.start(await world.gateway());
  lost = [];
});
afterEach(async () => {
  client.close();
  await relay.close();
  await world.close();
});

function connect(webSocketImpl: unknown): void {
  client = createClient({
    url: relay.url,
    webSocketImpl,
    retryDelayMs: () => 5,
    onLost: ({ message }) => lost.push(message),
  });
}

/** Waits for a task of the plane, and remembers what is told of it. */
function wait(sourceTaskId: string, options: WaitOptions = {}): { received: TaskRow[]; ended: Promise<TaskRow> } {
  const received: TaskRow[] = [];
  return { received, ended: client.waitForTask(`vcf:${sourceTaskId}`, { ...options, onProgress: (task) => received.push(task) }) };
}

describe.each([
  ['over a WebSocket', WebSocket],
  ['over an event stream', null],
])('waitForTask %s', (_name, webSocketImpl) => {
  beforeEach(() => connect(webSocketImpl));

  test('reports each state of the task, and resolves with the last one', async () => {
    const id = world.plane.addTask({ status: 'PENDING', name: 'Add a host' });
    const { received, ended } = wait(id);
    await waitUntil(() => received.length === 1);
    world.plane.setTask(id, { status: 'IN_PROGRESS' });
    await waitUntil(() => received.length === 2);
    world.plane.setTask(id, { status: 'SUCCESSFUL' });
    expect(await ended).toMatchObject({ __typename: 'VcfTask', id: `vcf:${id}`, status: 'SUCCEEDED', isSuccessful: true });
    expect(received.map(({ name, status }) => [name, status])).toEqual([
      ['Add a host', 'PENDING'],
      ['Add a host', 'RUNNING'],
    ]);
    expect(lost).toEqual([]);
  });

  test('resolves at once for a task that has failed, with its cause', async () => {
    const id = world.plane.addTask({ status: 'FAILED', errors: [{ type: 'ERROR', errorCode: 'NO_DISK', message: 'The disk is full' }] });
    expect(await wait(id).ended).toMatchObject({ status: 'FAILED', isSuccessful: false, rootCause: { code: 'NO_DISK' } });
  });

  test('survives a restart of the gateway, and reads what happened meanwhile', async () => {
    const id = world.plane.addTask({ status: 'IN_PROGRESS' });
    const { received, ended } = wait(id);
    await waitUntil(() => received.length === 1);
    await world.stopGateways();
    relay.cut();
    await waitUntil(() => lost.length > 2);
    world.plane.setTask(id, { status: 'SUCCESSFUL' });
    relay.join(await world.gateway());
    expect(await ended).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('reports changes after a lost connection, and none twice', async () => {
    const id = world.plane.addTask({ status: 'PENDING' });
    const { received, ended } = wait(id);
    await waitUntil(() => received.length === 1);
    relay.cut();
    await waitUntil(() => lost.length > 0);
    relay.join(await world.gateway());
    world.plane.setTask(id, { status: 'IN_PROGRESS' });
    await waitUntil(() => received.length === 2);
    world.plane.setTask(id, { status: 'FAILED' });
    expect(await ended).toMatchObject({ status: 'FAILED' });
    expect(received.map(({ status }) => status)).toEqual(['PENDING', 'RUNNING']);
  });

  test('rejects for a task that does not exist', async () => {
    await expect(wait('none').ended).rejects.toMatchObject({ name: 'TaskNotFoundError', code: 'TASK_NOT_FOUND', taskId: 'vcf:none' });
  });

  test('rejects when the plane loses the task, with its last known state', async () => {
    const id = world.plane.addTask({ status: 'IN_PROGRESS' });
    const { received, ended } = wait(id);
    await waitUntil(() => received.length === 1);
    world.plane.removeTask(id);
    await expect(ended).rejects.toMatchObject({ code: 'TASK_GONE', task: { id: `vcf:${id}`, status: 'RUNNING' } });
  });

  test('goes on waiting while a proxy in front of the plane answers with a page', async () => {
    const id = world.plane.addTask({ status: 'IN_PROGRESS' });
    const { received, ended } = wait(id);
    await waitUntil(() => received.length === 1);
    let pages = 0;
    world.plane.server.fault = () => ({ status: ++pages % 2 === 0 ? 403 : 404, headers: { 'content-type': 'text/html' }, body: '<html>' });
    await waitUntil(() => pages >= 4);
    world.plane.setTask(id, { status: 'SUCCESSFUL' });
    world.plane.server.fault = null;
    expect(await ended).toMatchObject({ id: `vcf:${id}`, status: 'SUCCEEDED' });
  });

  test('rejects when the plane lost the task while there was no connection', async () => {
    const id = world.plane.addTask({ status: 'IN_PROGRESS' });
    const { received, ended } = wait(id);
    await waitUntil(() => received.length === 1);
    relay.cut();
    world.plane.removeTask(id);
    relay.join(await world.gateway());
    await expect(ended).rejects.toMatchObject({ code: 'TASK_GONE', task: { status: 'RUNNING' } });
  });

  test('rejects with the reason when it is aborted, and closes its connection', async () => {
    const id = world.plane.addTask({ status: 'IN_PROGRESS' });
    const aborting = new AbortController();
    const { received, ended } = wait(id, { signal: aborting.signal });
    await waitUntil(() => received.length === 1);
    aborting.abort('enough');
    await expect(ended).rejects.toMatchObject({ name: 'AbortError', code: 'ABORTED', cause: 'enough' });
    await waitUntil(() => relay.webSockets === 0);
    await expect(wait(id, { signal: AbortSignal.abort() }).ended).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('rejects when the client is closed', async () => {
    const id = world.plane.addTask({ status: 'IN_PROGRESS' });
    const { received, ended } = wait(id);
    await waitUntil(() => received.length === 1);
    client.close();
    await expect(ended).rejects.toMatchObject({ code: 'ABORTED' });
    await waitUntil(() => relay.webSockets === 0);
  });

  test('rejects with the error that onProgress throws', async () => {
    const id = world.plane.addTask({ status: 'IN_PROGRESS' });
    const mistake = new Error('a mistake of the caller');
    const onProgress = (): void => {
      throw mistake;
    };
    await expect(client.waitForTask(`vcf:${id}`, { onProgress })).rejects.toBe(mistake);
  });
});

test('where no WebSocket can be opened, an event stream is used', async () => {
  relay.refusesWebSockets = true;
  connect(WebSocket);
  const id = world.plane.addTask({ status: 'IN_PROGRESS' });
  const { received, ended } = wait(id);
  await waitUntil(() => received.length === 1);
  world.plane.setTask(id, { status: 'SUCCESSFUL' });
  expect(await ended).toMatchObject({ status: 'SUCCEEDED' });
  expect([relay.webSockets, lost]).toEqual([0, []]);
});

test('where neither can be opened, the task is read repeatedly', async () => {
  relay.refusesWebSockets = true;
  relay.refusesStreams = true;
  connect(WebSocket);
  const id = world.plane.addTask({ status: 'PENDING' });
  const { received, ended } = wait(id);
  await waitUntil(() => received.length === 1);
  world.plane.setTask(id, { status: 'IN_PROGRESS' });
  await waitUntil(() => received.length === 2);
  world.plane.setTask(id, { status: 'SUCCESSFUL' });
  expect(await ended).toMatchObject({ status: 'SUCCEEDED' });
});

test('a connection that has gone silent is replaced', async () => {
  connect(WebSocket);
  const id = world.plane.addTask({ status: 'IN_PROGRESS' });
  const { received, ended } = wait(id, { recheckMs: 30 });
  // It is read again and again meanwhile, each time with another duration.
  await waitUntil(() => received.length > 0);
  relay.freezeWebSockets();
  world.plane.setTask(id, { status: 'SUCCESSFUL' });
  expect(await ended).toMatchObject({ status: 'SUCCEEDED' });
  expect(lost).toEqual([]);
});
