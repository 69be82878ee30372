import { SocketClient } from '../../server/subscriptions/socket-client.js';
import type { ProcessCell } from './process-cell.js';
import type { Begun, ProcessOperation } from './process-operation.js';

/** The two states between which a task of each plane is changed; what has ended is seldom read again. */
const states = {
  catalog: [{ status: 'running' }, { status: 'pending' }],
  astra: [{ state: 'running' }, { state: 'paused' }],
  vcf: [{ status: 'IN_PROGRESS' }, { status: 'PENDING' }],
} as const;

/** How long news are waited for, in milliseconds. */
const longestMs = 10_000;

/** Follows the changes of one task over a WebSocket, from one gateway to the next. */
export class ProcessSubscription implements ProcessOperation {
  readonly usual = 'CHANGED';
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

  async begin(): Promise<Begun> {
    if (this.#client === null || this.#client.socket.readyState !== this.#client.socket.OPEN) await this.#subscribe();
    const client = this.#client;
    if (client === null) throw new Error('It is not subscribed.');
    return { word: this.#news(client), letGo: () => this.#change() };
  }

  async end(): Promise<string> {
    return `closed ${await this.#client?.closed}`;
  }

  async resume(): Promise<string> {
    await this.#subscribe();
    const { word, letGo } = await this.begin();
    letGo();
    return word;
  }

  close(): void {
    this.#client?.socket.terminate();
  }

  async #subscribe(): Promise<void> {
    this.#client?.socket.terminate();
    const client = await SocketClient.connect(this.#cell.host);
    this.#client = client;
    client.subscribe('1', `subscription { tasksChanged(filter: { ids: ["${this.#taskId}"] }) { kind task { id status } } }`);
    // What was so before the first look is no news: it is changed until that is heard of.
    for (let count = 0; count < 20; count++) {
      const word = this.#news(client, 500);
      this.#change();
      if ((await word) === 'CHANGED') return;
    }
  }

  #change(): void {
    const { planes, kind } = this.#cell.question;
    const sourceTaskId = this.#taskId.slice(kind.length + 1);
    this.#changes += 1;
    const state = this.#changes % 2 === 0 ? 0 : 1;
    if (kind === 'catalog') planes.catalog.setTask(sourceTaskId, states.catalog[state]);
    else planes[kind].setTask(sourceTaskId, states[kind][state]);
  }

  /** The next of them. */
  async #news(client: SocketClient, ms = longestMs): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<string>((resolve) => (timer = setTimeout(resolve, ms, 'SILENCE')));
    const news = new Promise<string>((resolve) => client.socket.once('message', () => resolve('CHANGED')));
    const word = await Promise.race([news, client.closed.then((code) => `closed ${code}`), silence]);
    clearTimeout(timer);
    return word;
  }
}
