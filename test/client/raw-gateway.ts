import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A moment in the life of a connection of the client. What a moment of a WebSocket only is has no equal in other connections. */
export type Moment =
  | 'connected'
  | 'request received'
  | 'in the headers'
  | 'headers sent'
  | 'connection_init received'
  | 'connection_ack sent'
  | 'in a message'
  | 'message sent'
  | 'close frame received';

/** What happens to each connection at one moment; afterwards the gateway does nothing more with it. */
export interface Fault {
  readonly moment: Moment;
  readonly strike: (socket: Socket) => void;
}

/** After so many milliseconds of real time a test gives up; it bounds a hang, and says nothing of how long anything takes. */
export const maxPassMs = 120_000;

const event = { data: { count: 1 } };

/** A gateway of bare bytes: it answers queries, event streams and WebSockets as a gateway does, until its fault strikes. */
export class RawGateway {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #onStrike: () => void = () => undefined;
  /** Null while nothing goes wrong. */
  fault: Fault | null = null;
  /** How many connections the fault has struck. */
  strikes = 0;
  /** Whether pages of other origins may read its answers. */
  admits = true;
  /** To how many operations the whole answer was sent. */
  answered = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      if (this.#strikes('connected', socket)) return;
      let received = Buffer.alloc(0);
      const read = (data: Buffer): void => {
        received = Buffer.concat([received, data]);
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = received.toString('latin1', 0, end + 4);
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
        if (received.length < end + 4 + length) return;
        received = Buffer.alloc(0);
        // The fault is for the request itself, not for the one with which a browser asks whether the page may send it.
        if (head.startsWith('OPTIONS'))
          socket.write(`HTTP/1.1 204 No Content\r\n${this.#crossOrigin}access-control-allow-headers: *\r\n\r\n`);
        else if (!this.#strikes('request received', socket)) this.#answer(head, socket, read);
      };
      socket.on('data', read);
    });
  }

  static async start(): Promise<RawGateway> {
    const gateway = new RawGateway();
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #crossOrigin(): string {
    return this.admits ? 'access-control-allow-origin: *\r\n' : '';
  }

  /** Resolves when the fault has struck a connection. */
  async struck(): Promise<void> {
    if (this.strikes === 0) await new Promise<void>((resolve) => (this.#onStrike = resolve));
  }

  #strikes(moment: Moment, socket: Socket): boolean {
    if (this.fault?.moment !== moment) return false;
    this.strikes += 1;
    this.#onStrike();
    this.fault.strike(socket);
    // Otherwise it would not be noticed when the client ends the connection.
    socket.resume();
    return true;
  }

  #answer(head: string, socket: Socket, read: (data: Buffer) => void): void {
    const key = /^sec-websocket-key: (\S+)/im.exec(head)?.[1];
    if (key !== undefined) {
      socket.off('data', read);
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const headers = `upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-accept: ${accept}\r\n\r\n`;
      if (!this.#send('HTTP/1.1 101 Switching Protocols\r\n', headers, 'in the headers', socket)) return;
      if (!this.#strikes('headers sent', socket)) socket.on('data', (data) => this.#readFrames(data, socket));
      return;
    }
    const isStream = / \/graphql\/stream /.test(head);
    const body = isStream ? `event: next\ndata: ${JSON.stringify(event)}\n\n` : JSON.stringify(event);
    const headers = isStream
      ? 'content-type: text/event-stream\r\n'
      : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
    if (!this.#send('HTTP/1.1 200 OK\r\n', `${this.#crossOrigin}${headers}\r\n`, 'in the headers', socket)) return;
    if (this.#strikes('headers sent', socket)) return;
    if (this.#send(body.slice(0, body.length / 2), body.slice(body.length / 2), 'in a message', socket)) this.#answered(socket);
  }

  /** Sends both halves, unless the fault strikes between them. */
  #send(first: string | Buffer, second: string | Buffer, moment: Moment, socket: Socket): boolean {
    socket.write(first);
    if (this.#strikes(moment, socket)) return false;
    return socket.write(second) || true;
  }

  #answered(socket: Socket): void {
    if (!this.#strikes('message sent', socket)) this.answered += 1;
  }

  #readFrames(data: Buffer, socket: Socket): void {
    for (const { opcode, text } of parseFrames(data)) {
      if (opcode === 8) {
        if (!this.#strikes('close frame received', socket)) socket.end(Buffer.from([0x88, 0]));
        return;
      }
      const { type, id } = JSON.parse(text) as { readonly type: string; readonly id?: string };
      if (type === 'connection_init') {
        if (this.#strikes('connection_init received', socket)) return;
        socket.write(textFrame('{"type":"connection_ack"}'));
      }
      if (type === 'subscribe') {
        if (this.#strikes('connection_ack sent', socket)) return;
        const frame = textFrame(JSON.stringify({ type: 'next', id, payload: event }));
        if (!this.#send(frame.subarray(0, 12), frame.subarray(12), 'in a message', socket)) return;
        this.#answered(socket);
      }
    }
  }
}

/** A frame of a server, which is not masked, with at most 65,535 bytes of text. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length]), payload]);
}

export function closeFrame(code: number): Buffer {
  return Buffer.from([0x88, 2, code >> 8, code & 255]);
}

/** The frames of a client in a chunk of data: each is small, so that none is divided. */
function* parseFrames(data: Buffer): Generator<{ readonly opcode: number; readonly text: string }> {
  for (let offset = 0; offset < data.length;) {
    const opcode = data.readUInt8(offset) & 15;
    let length = data.readUInt8(offset + 1) & 127;
    offset += 2;
    if (length === 126) {
      length = data.readUInt16BE(offset);
      offset += 2;
    }
    const mask = data.subarray(offset, offset + 4);
    const payload = data.subarray(offset + 4, offset + 4 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    offset += 4 + length;
    yield { opcode, text: Buffer.from(payload).toString() };
  }
}
