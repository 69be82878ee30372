import { type Json, post } from '../../support/post.js';
import { eventsOf, retrying } from '../../replication/replica-site.js';
import { SocketClient } from '../../server/subscriptions/socket-client.js';
import { folderWith, GatewayProcess } from '../gateway-process.js';

/** One of several gateways, in a process of its own, and who watches it. */
export class ReplicaProcess {
  readonly #process: GatewayProcess;
  readonly #sockets: SocketClient[] = [];

  private constructor(process: GatewayProcess) {
    this.#process = process;
  }

  static async start(configuration: string): Promise<ReplicaProcess> {
    const cwd = folderWith({ 'tributary.yaml': configuration });
    return new ReplicaProcess(await GatewayProcess.serve(['serve', '--port', '0'], { cwd }));
  }

  /** What it did for the plane last, as its log says. */
  get role(): string | undefined {
    return [...this.#process.err.matchAll(/"role":"(\w+)"/g)].at(-1)?.[1];
  }

  /** The events of a subscription, as they come, until the process dies. */
  async watch(query: string): Promise<Json[]> {
    const socket = await SocketClient.connect(this.#process.url.replace('http://', '').replace('/graphql', ''));
    this.#sockets.push(socket);
    return eventsOf(socket, query);
  }

  async retry(id: string, idempotencyKey: string | null): Promise<Json> {
    return post(this.#process.url, { query: retrying, variables: { input: { id, idempotencyKey } } });
  }

  /** As `kill -9` does. */
  kill(): void {
    this.#process.signal('SIGKILL');
  }

  stopWatching(): void {
    for (const { socket } of this.#sockets.splice(0)) socket.terminate();
  }
}
