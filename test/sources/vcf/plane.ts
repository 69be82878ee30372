import type { Task } from '../../../src/model/task.js';
import type { ListRequest } from '../../../src/sources/source.js';
import { type PlaneResponse, type PlaneRequest, PlaneServer } from '../../../src/sources/simulation/plane-server.js';
import { VcfSource } from '../../../src/sources/vcf/vcf-source.js';
import { type SourceSettingsOverrides, createSourceSettings } from '../../support/source-settings.js';

/** What a test lets a plane answer, beyond tokens. */
export type Routes = (call: PlaneRequest) => PlaneResponse | undefined;

/** The smallest plane that a test can steer: it gives tokens, and answers what the test says. */
export class Plane {
  readonly server: PlaneServer;
  readonly source: VcfSource;
  private constructor(server: PlaneServer, source: VcfSource) {
    this.server = server;
    this.source = source;
  }

  static async start(routes: Routes, overrides: SourceSettingsOverrides = {}): Promise<Plane> {
    let issued = 0;
    const server = await PlaneServer.start((call) => {
      const answer = routes(call);
      if (answer !== undefined) return answer;
      if (call.path === '/v1/tokens') return { status: 201, body: { accessToken: `token-${++issued}` } };
      if (call.path === '/v1/credentials/tasks') return { status: 200, body: { elements: [] } };
      return { status: 404, body: { errorCode: 'TA_TASK_NOT_FOUND', message: 'not found', referenceToken: 'REF404' } };
    });
    const settings = createSourceSettings(server.url, { name: 'vcf-test', timeoutMs: 60_000, ...overrides });
    return new Plane(server, new VcfSource(settings, { credentials: { username: 'svc', password: 'log-in-secret' } }));
  }

  /** Calls to a path, in order. */
  callsTo(path: string, method = 'GET'): readonly PlaneRequest[] {
    return this.server.calls.filter((call) => call.path === path && call.method === method);
  }

  async close(): Promise<void> {
    await this.source.upstream.close();
    await this.server.close();
  }
}

/** Runs a test against a plane, and closes it whatever happens. */
export async function withPlane(
  routes: Routes,
  run: (plane: Plane) => Promise<void>,
  overrides: SourceSettingsOverrides = {},
): Promise<void> {
  const plane = await Plane.start(routes, overrides);
  try {
    await run(plane);
  } finally {
    await plane.close();
  }
}

/** A request of the gateway, with what it knows of tasks. */
export function request(known: (id: string) => Task | undefined = () => undefined): ListRequest {
  return { signal: AbortSignal.timeout(60_000), cachedTask: known, trackedIds: [] };
}

/** A small ordinary task as the plane sends it. */
export function wireTask(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { id, name: `Task ${id}`, status: 'Successful', creationTimestamp: '2026-11-01T08:00:00.000Z', ...more };
}

/** A failed rotation as the credentials list sends it, passwords included. */
export function wireCredentialsTask(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id,
    name: 'Credentials rotate operation',
    type: 'ROTATE',
    status: 'FAILED',
    creationTimestamp: '2026-11-01T08:00:00.000Z',
    isAutoRotate: false,
    subTasks: [wireCredentialsSubtask()],
    ...more,
  };
}

export function wireCredentialsSubtask(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 'sub-1',
    name: 'esx01:SSH',
    description: 'Password rotate for esx01',
    status: 'INCONSISTENT',
    resourceName: 'esx01.example',
    entityType: 'ESXI',
    username: 'root',
    credentialType: 'SSH',
    oldPassword: 'wire-secret-old',
    newPassword: 'wire-secret-new',
    ...more,
  };
}
