import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { createServer, type Server as NetServer, type Socket } from 'node:net';

import type { TaskStatus } from '../../src/model/task-status.js';
import { NamedHost } from '../faults/matrix/named-host.js';
import { answerAction } from './respond-to-action.js';
import type { ConnectionState } from './connection-states.js';
import type { Fault } from './action-faults.js';
import type { ProofKeys } from './proof-keys.js';
import { formatTask } from './task-json.js';

/** A task of the plane, and every request for an action on it, by which the gateway is judged. */
export interface ProofTask {
  readonly id: string;
  readonly isCredentials: boolean;
  readonly fault: Fault;
  /** How many reads of the task fail after an action has arrived. */
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

export const statusByWireStatus: Readonly<Record<ProofTask['status'], TaskStatus>> = {
  FAILED: 'FAILED',
  IN_PROGRESS: 'RUNNING',
  CANCELLED: 'CANCELLED',
};

/** Where a plane is. */
export interface ProofPlaneOptions {
  readonly name: string;
  readonly address: string;
  /** 0: any. */
  readonly port: number;
  /** An address where the same port has a full backlog; null for none. */
  readonly fullAddress: string | null;
  /** The keys for TLS; null for plain HTTP. */
  readonly keys: ProofKeys | null;
}

/** An SDDC Manager that fails on purpose, on real sockets, and records what arrived and what it has performed. */
export class ProofPlane {
  readonly tasks = new Map<string, ProofTask>();
  /** Requests that came where a redirect had pointed. */
  redirectedRequests = 0;
  /** Called with the id of a task when the plane has got an action on it, and says nothing more. */
  readonly onSilence = new Set<(taskId: string) => void>();
  /** Milliseconds that the clock has skipped by which pauses before the next call to it are measured. */
  skippedMs = 0;
  readonly #options: ProofPlaneOptions;
  readonly #host: NamedHost;
  readonly #http: Server | HttpsServer;
  readonly #net: NetServer;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #tokens = 0;
  #connection: ConnectionState = 'open';

  private constructor(place: ProofPlaneOptions) {
    this.#options = place;
    this.#port = place.port;
    this.#host = new NamedHost(place.name);
    const options = { keepAliveTimeout: 600_000 };
    this.#http = place.keys === null ? createHttpServer(options) : createHttpsServer({ ...options, ...place.keys.good });
    this.#http.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response));
    this.#net = createServer((socket) => this.#welcome(socket));
  }

  static async start(place: ProofPlaneOptions): Promise<ProofPlane> {
    const plane = new ProofPlane(place);
    await plane.#listen();
    await plane.turn('open');
    return plane;
  }

  get url(): string {
    return `${this.#options.keys === null ? 'http' : 'https'}://${this.#options.name}:${this.#port}`;
  }

  /** The connection states that the plane can be put in. */
  get connections(): readonly ConnectionState[] {
    const { keys, fullAddress } = this.#options;
    const secure: readonly ConnectionState[] = ['no handshake', 'expired certificate', 'certificate of another host', 'unknown authority'];
    return [
      ...(['open', 'closed', 'reset at once', 'no such name', 'no answer to its name'] as const),
      ...(fullAddress === null ? [] : (['full backlog'] as const)),
      ...(keys === null ? [] : secure),
    ];
  }

  /** Puts new connections in a state; established ones stay. */
  async turn(connection: ConnectionState): Promise<void> {
    const { address, fullAddress, keys } = this.#options;
    if (this.#connection === 'closed' && connection !== 'closed') await this.#listen();
    if (this.#connection !== 'closed' && connection === 'closed') this.#net.close();
    this.#connection = connection;
    this.#host.lookup = { address: connection === 'full backlog' ? (fullAddress ?? address) : address };
    if (connection === 'no such name') this.#host.lookup = 'unknown';
    if (connection === 'no answer to its name') this.#host.lookup = 'hangs';
    if (keys !== null && 'setSecureContext' in this.#http) this.#http.setSecureContext(keys.bad[connection] ?? keys.good);
  }

  /** Lets time pass for pauses, in milliseconds. */
  skip(ms: number): void {
    this.skippedMs += ms;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#http.close();
    if (this.#connection !== 'closed') await new Promise((resolve) => this.#net.close(resolve));
    this.#host.restore();
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#net.listen(this.#port, this.#options.address, resolve));
    const address = this.#net.address();
    if (address !== null && typeof address !== 'string') this.#port = address.port;
  }

  #welcome(socket: Socket): void {
    if (this.#connection === 'reset at once') return void socket.resetAndDestroy();
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    if (this.#connection !== 'no handshake') this.#http.emit('connection', socket);
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
    if (path === '/v1/elsewhere') this.redirectedRequests += 1;
    if (task === undefined) return json(response, 404, { errorCode: 'TA_TASK_NOT_FOUND', message: 'There is no such task' });
    const { remotePort } = request.socket;
    const reset = (): void => this.#reset(remotePort);
    const fallSilent = (): void => {
      for (const listener of this.onSilence) listener(task.id);
    };
    answerAction(task, request.method === 'DELETE' ? 'CANCEL' : 'RETRY', { response, reset, fallSilent });
  }

  /** The port at the other end is the same with and without TLS; a socket that was left may have had it before. */
  #reset(remotePort: number | undefined): void {
    [...this.#sockets].findLast((socket) => socket.remotePort === remotePort)?.resetAndDestroy();
  }

  #giveToken(path: string, response: ServerResponse): void {
    const accessToken = `token-${(this.#tokens += 1)}`;
    if (path.endsWith('/refresh')) return json(response, 200, accessToken);
    json(response, 200, { accessToken, refreshToken: { id: `refresh-${this.#tokens}` } });
  }

  #read(path: string, task: ProofTask | undefined, response: ServerResponse): void {
    if (path === '/v1/credentials/tasks') return json(response, 200, { elements: this.#all(true).map(formatTask) });
    if (path === '/v1/tasks') return json(response, 200, { elements: this.#all(false).map(formatTask) });
    if (task !== undefined && task.arrivals.length > 0 && task.blindReads > 0) {
      task.blindReads -= 1;
      return json(response, 500, {});
    }
    if (task === undefined || task.isCredentials)
      return json(response, 404, { errorCode: 'TA_TASK_NOT_FOUND', message: 'There is no such task' });
    json(response, 200, formatTask(task));
  }

  #all(isCredentials: boolean): readonly ProofTask[] {
    return [...this.tasks.values()].filter((task) => task.isCredentials === isCredentials);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
