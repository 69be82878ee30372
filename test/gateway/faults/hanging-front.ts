import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { FullBacklog } from '../../faults/full-backlog.js';

/** How a plane can hang, as the gateway sees it. */
export const waysToHang = [
  'never answers',
  'sends its headers slowly',
  'sends its body slowly',
  'ends no TLS handshake',
  'drops each SYN',
] as const;
export type WayToHang = (typeof waysToHang)[number];

/** What stands between the gateway and a plane: it forwards every connection until it is told to hang. */
export class HangingFront {
  readonly port: number;
  readonly #plane: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #way: WayToHang | null = null;
  #backlog: FullBacklog | null = null;

  private constructor(server: Server, plane: number) {
    this.#server = server;
    this.#plane = plane;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#take(socket));
  }

  static async start(planeUrl: string): Promise<HangingFront> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HangingFront(server, Number(new URL(planeUrl).port));
  }

  /** From now on, for open connections as well. */
  async hang(way: WayToHang): Promise<void> {
    this.#way = way;
    this.#drop();
    if (way !== 'drops each SYN') return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#backlog = await FullBacklog.start('127.0.0.1', this.port);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#drop();
    await this.#backlog?.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #take(socket: Socket): void {
    this.#keep(socket);
    if (this.#way === null) {
      const plane = connect(this.#plane, '127.0.0.1');
      this.#keep(plane);
      socket.pipe(plane).pipe(socket);
    } else {
      socket.resume();
      socket.once('data', () => this.#answerSlowly(socket));
    }
  }

  #answerSlowly(socket: Socket): void {
    if (this.#way === 'sends its headers slowly') {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      this.#timers.add(setInterval(() => void (socket.writable && socket.write('a')), 20));
    } else if (this.#way === 'sends its body slowly') {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
      this.#timers.add(setInterval(() => void (socket.writable && socket.write('1\r\n \r\n')), 20));
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
