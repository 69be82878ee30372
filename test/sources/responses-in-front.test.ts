import { describe, expect, test } from '@jest/globals';

import 'reflect-metadata';
import type { ActionCommand } from '../../src/model/action.js';
import { SourceProblemError } from '../../src/model/source-problem.js';
import type { PlaneFault, PlaneResponse, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import type { Source } from '../../src/sources/source.js';
import { AstraSimulator } from '../../src/sources/astra/simulator/astra-simulator.js';
import { CatalogSimulator } from '../../src/sources/catalog/simulator/catalog-simulator.js';
import { translateVcfTask } from '../../src/sources/vcf/task.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { createSourceSettings } from '../support/source-settings.js';
import { buildPlaneError, type PlaneKind } from '../support/plane-errors.js';
import { wireCredentialsTask, wireTask } from './vcf/plane.js';

/** What the response of a form is: an error of the plane, a challenge for a bearer token, or of something in front of the plane. */
type Origin = 'plane' | 'challenge' | 'in front';

interface Form {
  readonly origin: Origin;
  build(kind: PlaneKind, status: number): Omit<PlaneResponse, 'status'>;
}

const html = { 'content-type': 'text/html; charset=UTF-8' };

const forms: Readonly<Record<string, Form>> = {
  'the form of the plane': { origin: 'plane', build: (kind, status) => ({ body: buildPlaneError(kind, status) }) },
  'no body, and a bearer challenge': { origin: 'challenge', build: () => ({ headers: { 'www-authenticate': 'Bearer realm="plane"' } }) },
  'an error in JSON, and a bearer challenge with an error': {
    origin: 'challenge',
    build: () => ({ headers: { 'www-authenticate': 'Bearer realm="plane", error="invalid_token"' }, body: { error: 'invalid_token' } }),
  },
  'an error in JSON, and a bearer challenge without one': {
    origin: 'in front',
    build: () => ({ headers: { 'www-authenticate': 'Bearer realm="error=1"' }, body: { error: 'invalid_token' } }),
  },
  'no body': { origin: 'in front', build: () => ({}) },
  'no body, and another challenge': { origin: 'in front', build: () => ({ headers: { 'www-authenticate': 'Basic realm="proxy"' } }) },
  'a page': { origin: 'in front', build: () => ({ headers: html, body: '<!doctype html><title>One moment</title>' }) },
  'a page, and a bearer challenge': {
    origin: 'in front',
    build: () => ({ headers: { ...html, 'www-authenticate': 'Bearer' }, body: '<html></html>' }),
  },
  'a page, and a bearer challenge with an error': {
    origin: 'in front',
    build: () => ({ headers: { ...html, 'www-authenticate': 'Bearer error="invalid_token"' }, body: '<html></html>' }),
  },
  text: { origin: 'in front', build: () => ({ body: '404 page not found' }) },
  'a message in JSON': { origin: 'in front', build: () => ({ body: { message: 'Unauthorized', request_id: 'kong' } }) },
  'an error in JSON': { origin: 'in front', build: (_kind, status) => ({ body: { error: 'Forbidden', status, path: '/' } }) },
  'a problem document of another API': {
    origin: 'in front',
    build: (_kind, status) => ({ body: { type: 'about:blank', title: 'Forbidden', detail: 'no', status } }),
  },
  'a list': { origin: 'in front', build: () => ({ body: [] }) },
};

const statuses = [400, 401, 403, 404, 409, 422, 429];

/** Calls `observe` for each form with each status, and compares what it saw with what is expected. */
async function expectEachCell(
  kind: PlaneKind,
  observe: (response: PlaneResponse) => Promise<string>,
  expected: (status: number, origin: Origin) => string,
): Promise<void> {
  const [seen, due]: [Record<string, string>, Record<string, string>] = [{}, {}];
  for (const status of statuses) {
    for (const [name, { origin, build }] of Object.entries(forms)) {
      const isChallenge = origin === 'challenge' && (status === 401 || status === 403);
      seen[`${status}, ${name}`] = await observe({ status, ...build(kind, status) });
      due[`${status}, ${name}`] = expected(status, origin === 'challenge' && !isChallenge ? 'in front' : origin);
    }
  }
  expect(seen).toEqual(due);
}

interface Site {
  readonly source: Source;
  readonly server: PlaneServer;
  /** An unfinished task of the plane. */
  readonly id: string;
  calls(path: RegExp, method?: string): number;
}

type Plane = CatalogSimulator | AstraSimulator | VcfSimulator;

/** A new source for each cell, so that no token, pause or circuit of an earlier cell counts; `use` gets it. */
async function withSite(
  kind: PlaneKind,
  test: (visit: <T>(use: (site: Site) => Promise<T>) => Promise<T>) => Promise<void>,
): Promise<void> {
  const module = sourceModules.find((one) => one.kind === kind);
  if (module === undefined) throw new Error(`There is no module ${kind}.`);
  const plane = (await module.simulate({ seed: 1, name: 'site', now: Date.now })) as Plane;
  if (plane instanceof VcfSimulator) plane.clear();
  if (plane instanceof AstraSimulator) for (const task of plane.tasks) plane.removeTask(String(task.id));
  const id = plane instanceof VcfSimulator ? plane.addTask({ status: 'IN_PROGRESS' }) : plane.addTask();
  try {
    await test(async (use) => {
      plane.server.fault = null;
      plane.server.calls.length = 0;
      const settings = createSourceSettings(plane.url, { name: 'site', random: () => 0 });
      const source = module.create(settings, module.settings.parse(plane.settings));
      const calls = (path: RegExp, method?: string): number =>
        plane.server.calls.filter((call) => path.test(call.path) && (method === undefined || call.method === method)).length;
      try {
        return await use({ source, server: plane.server, id, calls });
      } finally {
        await source.upstream.close();
      }
    });
  } finally {
    await plane.close();
  }
}

const signal = (): AbortSignal => AbortSignal.timeout(60_000);
const request = { cachedTask: () => undefined };

async function list({ source, id }: Site): Promise<string> {
  try {
    const { tasks, problem } = await source.list({ ...request, signal: signal(), trackedIds: [id] });
    if (problem !== null) return `in part ${problem.kind}`;
    return tasks.some(({ sourceTaskId }) => sourceTaskId === id) ? 'listed' : 'gone';
  } catch (error) {
    return error instanceof SourceProblemError ? error.problem.kind : String(error);
  }
}

async function read({ source, id }: Site): Promise<string> {
  const result = (await source.read([id], { ...request, signal: signal() })).get(id);
  if (result == null) return 'gone';
  return result instanceof SourceProblemError ? result.problem.kind : 'found';
}

const loginPath = /^\/(?:service-account-token|v1\/tokens)$/;
const isOfTokens = (path: string): boolean => path === '/service-account-token' || path.startsWith('/v1/tokens');

function onTasks(response: PlaneResponse): PlaneFault {
  return ({ path }, handle) => (isOfTokens(path) ? handle() : response);
}

const kindByStatus: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_FOUND', 429: 'RATE_LIMITED' };

/** A rate limit holds also where something in front of the plane sets it. */
function kindOf(status: number, origin: Origin): string {
  return (origin === 'in front' && status !== 429 ? undefined : kindByStatus[status]) ?? 'HTTP_STATUS';
}

describe.each(['catalog', 'astra', 'vcf'] as const)('an error status at %s is taken at its word only in the form of the plane', (kind) => {
  test('when it lists', async () => {
    await withSite(kind, (visit) =>
      expectEachCell(
        kind,
        (response) =>
          visit((site) => {
            site.server.fault = onTasks(response);
            return list(site);
          }),
        // The catalog is read task by task.
        (status, origin) => (kind === 'catalog' && status === 404 && origin === 'plane' ? 'gone' : kindOf(status, origin)),
      ),
    );
  });

  test('when it reads a task', async () => {
    await withSite(kind, (visit) =>
      expectEachCell(
        kind,
        (response) =>
          visit((site) => {
            site.server.fault = onTasks(response);
            return read(site);
          }),
        // For Astra Control the error of the table says that there is no such collection.
        (status, origin) => (kind !== 'astra' && status === 404 && origin === 'plane' ? 'gone' : kindOf(status, origin)),
      ),
    );
  });
});

describe.each(['catalog', 'vcf'] as const)('the log-in at %s', (kind) => {
  test('is refused only in the form of the plane, and not tried again at once', async () => {
    await withSite(kind, (visit) =>
      expectEachCell(
        kind,
        (response) =>
          visit(async (site) => {
            site.server.fault = ({ path }, handle) => (isOfTokens(path) ? response : handle());
            const first = await list(site);
            await list(site);
            return `${first}, ${site.calls(loginPath)}`;
          }),
        (status, origin) => {
          const isRefusal = status === 400 || status === 401 || status === 403;
          // Where something in front of the plane replaces its responses, the plane may have counted the log-in.
          const logIns = isRefusal ? 1 : 2;
          if (isRefusal && origin !== 'in front') return `UNAUTHENTICATED, ${logIns}`;
          return `${kindOf(status, origin)}, ${logIns}`;
        },
      ),
    );
  });
});

test.each(['invalid_client', 'invalid_grant', 'unauthorized_client', 'access_denied'])(
  'the log-in at the catalog is refused in the form of RFC 6749, too: %s',
  async (error) => {
    await withSite('catalog', (visit) =>
      visit(async (site) => {
        site.server.fault = ({ path }, handle) => (isOfTokens(path) ? { status: 401, body: { error } } : handle());
        const { problem } = await site.source
          .list({ ...request, signal: signal(), trackedIds: [site.id] })
          .then(() => ({ problem: null }))
          .catch((reason: SourceProblemError) => reason);
        expect(problem).toMatchObject({ kind: 'UNAUTHENTICATED', message: `The plane refused the credentials. Its code is ${error}.` });
        return '';
      }).then(() => undefined),
    );
  },
);

describe('SDDC Manager', () => {
  test('that refuses to renew a token, in whatever form, is sent a log-in', async () => {
    await withSite('vcf', (visit) =>
      expectEachCell(
        'vcf',
        (response) =>
          visit(async (site) => {
            await list(site);
            let isFirst = true;
            site.server.fault = ({ path }, handle) => {
              if (path.endsWith('/refresh')) return response;
              if (isOfTokens(path) || !isFirst) return handle();
              isFirst = false;
              return { status: 401, body: buildPlaneError('vcf', 401) };
            };
            return list(site);
          }),
        () => 'listed',
      ),
    );
  });

  test('has no credentials tasks only where it says so itself', async () => {
    await withSite('vcf', (visit) =>
      expectEachCell(
        'vcf',
        (response) =>
          visit((site) => {
            site.server.fault = ({ path }, handle) => (path === '/v1/credentials/tasks' ? response : handle());
            return list(site);
          }),
        (status, origin) => {
          if (status === 404 && origin === 'plane') return 'listed';
          return `in part ${kindOf(status, origin)}`;
        },
      ),
    );
  });

  const ordinary = translateVcfTask('site', 'a', { task: wireTask('a', { status: 'FAILED' }), credentialsTask: null });
  const credentials = translateVcfTask('site', 'a', { task: null, credentialsTask: wireCredentialsTask('a') });
  const actions = [
    ['PATCH /v1/tasks/a', { action: 'RETRY', input: null }, ordinary],
    ['DELETE /v1/tasks/a', { action: 'CANCEL', input: null }, ordinary],
    ['PATCH /v1/credentials/tasks/a', { action: 'RETRY', input: null }, credentials],
    ['DELETE /v1/credentials/tasks/a', { action: 'CANCEL', input: null }, credentials],
  ] as const satisfies readonly (readonly [string, ActionCommand, unknown])[];

  test.each(actions)('has refused %s only where it says so itself, and is sent it once more only then', async (_route, command, task) => {
    await withSite('vcf', (visit) =>
      expectEachCell(
        'vcf',
        (response) =>
          visit(async (site) => {
            // The plane has accepted the token, so that a refusal of it is answered with a new one.
            await list(site);
            site.server.calls.length = 0;
            site.server.fault = onTasks(response);
            const result = await site.source.actions.act(command, task, signal());
            const reason = result.outcome === 'REJECTED' ? ` ${result.reason}` : '';
            return `${result.outcome}${reason}, ${site.calls(/\/tasks\/a$/)}`;
          }),
        (status, origin) => {
          if (origin === 'in front' && status !== 429) return 'UNKNOWN, 1';
          const reason = { 404: 'NOT_FOUND', 409: 'CONFLICT' }[status] ?? 'PROBLEM';
          return `REJECTED ${reason}, ${status === 401 ? 2 : 1}`;
        },
      ),
    );
  });
});
