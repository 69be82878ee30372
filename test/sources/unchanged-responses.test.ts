import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { astra } from '../../src/sources/astra/astra-source.js';
import { catalog } from '../../src/sources/catalog/catalog-source.js';
import { vcf } from '../../src/sources/vcf/vcf-source.js';
import type { ListRequest, Source } from '../../src/sources/source.js';
import { createSourceSettings } from '../support/source-settings.js';
import { fixtureId, wholeTask } from './astra/wire-fixture.js';
import { full } from './catalog/full-task.js';
import { wireCredentialsSubtask, wireCredentialsTask, wireTask } from './vcf/plane.js';

/** What the plane sends now, by path. */
let bodies: Record<string, unknown>;
let server: Server;
let sources: Source[] = [];

beforeEach(async () => {
  bodies = {};
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://plane').pathname;
    const body = bodies[path];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(sources.map((source) => source.upstream.close()));
  sources = [];
  server.closeAllConnections();
  server.close();
});

function start(create: (settings: ReturnType<typeof createSourceSettings>) => Source): Source {
  const source = create(createSourceSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  sources.push(source);
  return source;
}

const request = (): ListRequest => ({ signal: AbortSignal.timeout(60_000), trackedIds: [], cachedTask: () => undefined });
const token = 'a-token-of-this-test';

describe('Astra', () => {
  const accountId = '00000000-0000-4000-8000-00000000aaaa';
  const path = `/accounts/${accountId}/core/v1/tasks`;
  const create = (): Source => start((settings) => astra.create(settings, { accountId, credentials: { token } }));
  const task = (index: number, more: object = {}): object => ({ ...wholeTask, id: `${fixtureId.slice(0, -1)}${index}`, ...more });

  test('an unchanged list is the same array, so that nothing in it is looked at again', async () => {
    const source = create();
    bodies[path] = { items: [task(1), { id: 'no task' }, task(2)], metadata: {} };
    const first = await source.list(request());
    const second = await source.list(request());
    expect(first).toMatchObject({ malformedCount: 1, isComplete: true });
    expect(second).toEqual(first);
    expect(second.tasks).toBe(first.tasks);
  });

  test('of a changed list the unchanged tasks are the same objects, and all translate to what the plane sends', async () => {
    const source = create();
    bodies[path] = { items: [task(1), task(2), task(3)], metadata: {} };
    const first = await source.list(request());
    first.tasks.forEach((one) => one.translate());
    bodies[path] = { items: [task(1), task(2, { summary: 'Changed' }), task(3), task(4)], metadata: {} };
    const second = await source.list(request());
    expect(second.tasks.map((one) => first.tasks.indexOf(one))).toEqual([0, -1, 2, -1]);
    const fresh = await create().list(request());
    expect(second.tasks.map((one) => one.translate())).toEqual(fresh.tasks.map((one) => one.translate()));
    expect(second.tasks.map((one) => one.fingerprint)).toEqual(fresh.tasks.map((one) => one.fingerprint));
    expect(second.tasks[1]?.translate().name).toBe('Changed');
  });

  test('a task that is read by id with the same text as before is the same object', async () => {
    const source = create();
    bodies[`${path}/${fixtureId}`] = { ...wholeTask, id: fixtureId };
    const [first, second] = [await source.read([fixtureId], request()), await source.read([fixtureId], request())];
    expect(second.get(fixtureId)).toBe(first.get(fixtureId));
    bodies[`${path}/${fixtureId}`] = { ...wholeTask, id: fixtureId, summary: 'Changed' };
    expect((await source.read([fixtureId], request())).get(fixtureId)).not.toBe(first.get(fixtureId));
  });

  test('what the plane sends instead of a task is refused each time, and what it sends instead of a list', async () => {
    const source = create();
    bodies[`${path}/${fixtureId}`] = { ...wholeTask, id: `${fixtureId.slice(0, -1)}f` };
    bodies[path] = { items: 'none' };
    for (const _time of [1, 2]) {
      expect((await source.read([fixtureId], request())).get(fixtureId)).toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE' } });
      await expect(source.list(request())).rejects.toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE' } });
    }
  });
});

describe('the catalog', () => {
  test('a task with the same text as before is the same object', async () => {
    const source = start((settings) => catalog.create(settings, { zoneId: 'zone', credentials: { token }, tasks: [] }));
    bodies['/zones/zone/catalog_tasks/good-id'] = { ...full, id: 'good-id' };
    const [first, second] = [await source.read(['good-id'], request()), await source.read(['good-id'], request())];
    expect(second.get('good-id')).toBe(first.get('good-id'));
    bodies['/zones/zone/catalog_tasks/good-id'] = { ...full, id: 'good-id', status: 'running' };
    expect((await source.read(['good-id'], request())).get('good-id')).not.toBe(first.get('good-id'));
  });
});

describe('VCF', () => {
  const create = (): Source =>
    start((settings) => vcf.createWithToken?.(settings, { credentials: { username: '', password: '' } }, token) ?? fail());
  const fail = (): never => {
    throw new Error('VCF takes tokens.');
  };
  const page = (...elements: readonly unknown[]): object => ({
    elements,
    pageMetadata: { pageNumber: 0, totalElements: elements.length, totalPages: 1 },
  });

  test('an unchanged list is the same array, and a change of one task changes that task alone', async () => {
    const source = create();
    bodies['/v1/tasks'] = page(wireTask('a'), wireTask('b'), wireTask('c'));
    bodies['/v1/credentials/tasks'] = page(wireCredentialsTask('c', { subTasks: [] }));
    const first = await source.list(request());
    first.tasks.forEach((one) => one.translate());
    expect((await source.list(request())).tasks).toBe(first.tasks);
    bodies['/v1/tasks'] = page(wireTask('a'), wireTask('b', { name: 'Changed' }), wireTask('c'));
    const second = await source.list(request());
    const fresh = await create().list(request());
    expect(second.tasks.map((one) => one.translate())).toEqual(fresh.tasks.map((one) => one.translate()));
    const [before, after] = [first, second].map((list) => list.tasks.map((one) => one.fingerprint));
    expect(after?.map((one, index) => one === before?.[index])).toEqual([true, false, true]);
    bodies['/v1/credentials/tasks'] = page(wireCredentialsTask('c', { status: 'IN_PROGRESS', subTasks: [] }));
    expect((await source.list(request())).tasks).not.toBe(second.tasks);
  });

  test('a body with passwords is read again each time, and neither a task nor its fingerprint shows that they changed', async () => {
    const source = create();
    const withPassword = (password: string): object =>
      wireCredentialsTask('a', { subTasks: [{ ...wireCredentialsSubtask(), newPassword: password }] });
    bodies['/v1/tasks'] = page();
    bodies['/v1/credentials/tasks'] = page(withPassword('canary-1'));
    const first = await source.list(request());
    bodies['/v1/credentials/tasks'] = page(withPassword('canary-2'));
    const second = await source.list(request());
    expect(second.tasks).not.toBe(first.tasks);
    expect(second.tasks[0]?.fingerprint).toBe(first.tasks[0]?.fingerprint);
    expect(JSON.stringify([first, second].map((list) => list.tasks[0]?.translate()))).not.toContain('canary');
    expect(second.tasks[0]?.translate()).toEqual(first.tasks[0]?.translate());
  });
});
