import { SocketClient } from '../../server/subscriptions/socket-client.js';
import type { ProcessCell } from './process-cell.js';
import type { PendingOperation, ProcessOperation } from './process-operation.js';

/** The two unfinished states between which a task of each plane alternates; finished tasks are rarely read again. */
const states = {
  catalog: [{ status: 'running' }, { status: 'pending' }],
  astra: [{ state: 'running' }, { state: 'paused' }],
  vcf: [{ status: 'IN_PROGRESS' }, { status: 'PENDING' }],
} as const;

/** How long to wait for an event, in milliseconds. */
const maxDurationMs = 10_000;

/** Subscribes to the changes of one task over a WebSocket, across consecutive gateway processes. */
export class ProcessSubscription implements ProcessOperation {
  readonly expected = 'CHANGED';
  readonly ended = 'closed 1001';
  readonly killed = 'closed 1006';
  readonly #cell: ProcessCell;
  readonly #taskId: string;
  #client: SocketClient | null = null;
  #changes = 0;

  constructor(cell: ProcessCell, taskId: string) {
    this.#cell = cell;
    this.#taskId = taskId;
  }

  async begin(): Promise<PendingOperation> {
    if (this.#client === null || this.#client.socket.readyState !== this.#client.socket.OPEN) await this.#subscribe();
    const client = this.#client;
    if (client === null) throw new Error('It is not subscribed.');
    return { outcome: this.#nextOutcome(client), release: () => this.#change() };
  }

  async end(): Promise<string> {
    return `closed ${await this.#client?.closed}`;
  }

  async resume(): Promise<string> {
    await this.#subscribe();
    const { outcome, release } = await this.begin();
    release();
    return outcome;
  }

  close(): void {
    this.#client?.socket.terminate();
  }

  async #subscribe(): Promise<void> {
    this.#client?.socket.terminate();
    const client = await SocketClient.connect(this.#cell.host);
    this.#client = client;
    client.subscribe('1', `subscription { tasksChanged(filter: { ids: ["${this.#taskId}"] }) { kind task { id status } } }`);
    // Changes before the first poll are not published: the task is changed until an event arrives.
    for (let count = 0; count < 20; count++) {
      const outcome = this.#nextOutcome(client, 500);
      this.#change();
      if ((await outcome) === 'CHANGED') return;
    }
  }

  #change(): void {
    const { planes, kind } = this.#cell.setup;
    const sourceTaskId = this.#taskId.slice(kind.length + 1);
    this.#changes += 1;
    const state = this.#changes % 2 === 0 ? 0 : 1;
    if (kind === 'catalog') planes.catalog.setTask(sourceTaskId, states.catalog[state]);
    else planes[kind].setTask(sourceTaskId, states[kind][state]);
  }

  /** Waits for the next event, a close code or the time limit. */
  async #nextOutcome(client: SocketClient, ms = maxDurationMs): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<string>((resolve) => (timer = setTimeout(resolve, ms, 'SILENCE')));
    const event = new Promise<string>((resolve) => client.socket.once('message', () => resolve('CHANGED')));
    const outcome = await Promise.race([event, client.closed.then((code) => `closed ${code}`), timeout]);
    clearTimeout(timer);
    return outcome;
  }
}
