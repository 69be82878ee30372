import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';

import type { TaskStatus } from '../../src/task/model/status.js';
import { answerAction } from './answer-action.js';
import type { Door, Fault } from './faults.js';

/** A task of the plane, and all that was asked of it. It keeps the ledger that the gateway is judged by. */
export interface ProofTask {
  readonly id: string;
  readonly isCredentials: boolean;
  readonly fault: Fault;
  /** So many readings of it fail after an action has arrived. */
  blindReads: number;
  status: 'FAILED' | 'IN_PROGRESS' | 'CANCELLED';
  /** Every request for an action that arrived, in order. */
  readonly arrivals: Arrival[];
}

export interface Arrival {
  readonly action: 'RETRY' | 'CANCEL';
  readonly answer: 'refused the token' | Fault['answer'];
  readonly isApplied: boolean;
}

export const statusOf: Readonly<Record<ProofTask['status'], TaskStatus>> = {
  FAILED: 'FAILED',
  IN_PROGRESS: 'RUNNING',
  CANCELLED: 'CANCELLED',
};

/** An SDDC Manager that breaks on purpose, on real sockets, and knows what arrived and what it has done. */
export class ProofPlane {
  readonly tasks = new Map<string, ProofTask>();
  /** Requests that came where a redirect had pointed. */
  strays = 0;
  readonly #http: Server;
  readonly #net: NetServer;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #tokens = 0;
  #door: Door = 'open';

  private constructor() {
    this.#http = createHttpServer({ keepAliveTimeout: 600_000 }, (request, response) => void this.#serve(request, response));
    this.#net = createServer((socket) => this.#welcome(socket));
  }

  static async start(): Promise<ProofPlane> {
    const plane = new ProofPlane();
    await plane.#listen();
    plane.#port = (plane.#net.address() as AddressInfo).port;
    return plane;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How new connections fare from now on; those that stand stay. */
  async turn(door: Door): Promise<void> {
    if (this.#door === door) return;
    if (this.#door === 'closed') await this.#listen();
    this.#door = door;
    if (door === 'closed') this.#net.close();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#http.close();
    if (this.#door !== 'closed') await new Promise((resolve) => this.#net.close(resolve));
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#net.listen(this.#port, '127.0.0.1', resolve));
  }

  #welcome(socket: Socket): void {
    if (this.#door === 'rude') return void socket.resetAndDestroy();
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    this.#http.emit('connection', socket);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const [, id] = /^\/v1(?:\/credentials)?\/tasks\/([^/]+)$/.exec(path) ?? [];
    const task = id === undefined ? undefined : this.tasks.get(id);
    if (request.method === 'GET') return this.#read(path, task, response);
    try {
      for await (const _chunk of request);
    } catch {
      return; // The caller went away in the middle of its request.
    }
    if (path.startsWith('/v1/tokens')) return this.#giveToken(path, response);
    if (path === '/v1/elsewhere') this.strays += 1;
    if (task === undefined) return json(response, 404, {});
    answerAction(task, request.method === 'DELETE' ? 'CANCEL' : 'RETRY', response);
  }

  #giveToken(path: string, response: ServerResponse): void {
    const accessToken = `token-${(this.#tokens += 1)}`;
    if (path.endsWith('/refresh')) return json(response, 200, accessToken);
    json(response, 200, { accessToken, refreshToken: { id: `refresh-${this.#tokens}` } });
  }

  #read(path: string, task: ProofTask | undefined, response: ServerResponse): void {
    if (path === '/v1/credentials/tasks') return json(response, 200, { elements: this.#all(true).map(credentialsJson) });
    if (path === '/v1/tasks') return json(response, 200, { elements: this.#all(false).map(taskJson) });
    if (task !== undefined && task.arrivals.length > 0 && task.blindReads > 0) {
      task.blindReads -= 1;
      return json(response, 500, {});
    }
    if (task === undefined || task.isCredentials) return json(response, 404, {});
    json(response, 200, taskJson(task));
  }

  #all(isCredentials: boolean): readonly ProofTask[] {
    return [...this.tasks.values()].filter((task) => task.isCredentials === isCredentials);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function taskJson({ id, status }: ProofTask): unknown {
  const creationTimestamp = '2026-11-21T08:00:00.000Z';
  return { id, name: 'Proof', type: 'PROOF', status, creationTimestamp, isRetryable: true, isCancellable: true, errors: [], subTasks: [] };
}

function credentialsJson({ id, status }: ProofTask): unknown {
  const subTask = {
    id: `${id}-1`,
    name: 'one',
    status,
    resourceName: 'esx-1',
    entityType: 'ESXI',
    username: 'root',
    credentialType: 'SSH',
  };
  return { id, name: 'Proof', type: 'ROTATE', status, creationTimestamp: '2026-11-21T08:00:00.000Z', subTasks: [subTask], errors: [] };
}
