import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a gateway, at an address that stays, and does to their connections what networks do. */
export class NetworkProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #upgraded = new Set<Socket>();
  #target: string | null;
  /** As some proxies do. */
  refusesWebSockets = false;
  /** As others do. */
  refusesStreams = false;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** `target` is the origin of a gateway. */
  static async start(target: string): Promise<NetworkProxy> {
    const relay = new NetworkProxy(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  /** Of `/graphql` behind it. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  /** How many WebSockets were opened through it and are still there. */
  get webSockets(): number {
    return this.#upgraded.size;
  }

  /** Cuts every connection, and every new one until `join`. */
  cut(): void {
    this.#target = null;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Leads what connects from now on to a gateway. */
  join(target: string): void {
    this.#target = target;
  }

  /** The WebSockets that are open stay open, and nothing goes through them any more. */
  freezeWebSockets(): void {
    for (const socket of this.#upgraded) socket.removeAllListeners('data').pause();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(client: Socket): void {
    this.#follow(client);
    if (this.#target === null) return void client.destroy();
    const { hostname, port } = new URL(this.#target);
    const gateway = this.#follow(connect(Number(port), hostname));
    client.once('close', () => gateway.destroy());
    gateway.once('close', () => client.destroy());
    client.on('data', (data) => {
      const isUpgrade = /^upgrade: websocket/im.test(data.toString('latin1'));
      if (isUpgrade) for (const socket of [client, gateway]) this.#remember(this.#upgraded, socket);
      if ((this.refusesWebSockets && isUpgrade) || (this.refusesStreams && data.includes('POST /graphql/stream')))
        return client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      gateway.write(data);
    });
    gateway.on('data', (data) => client.write(data));
  }

  #follow(socket: Socket): Socket {
    this.#remember(this.#sockets, socket);
    return socket.on('error', () => socket.destroy());
  }

  #remember(set: Set<Socket>, socket: Socket): void {
    set.add(socket);
    socket.once('close', () => set.delete(socket));
  }
}
