import { connect, type Socket } from 'node:net';

/** What came back over one connection, and that it was closed. */
export interface RawExchange {
  /** Everything that came, headers and all; empty where nothing did. */
  readonly text: string;
  /** Of the first answer; 0 where there was none. */
  readonly status: number;
}

/** A connection over which a test sends bytes as they are, right or wrong. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves when the other side closed it, however rudely. */
  readonly ended: Promise<RawExchange>;

  constructor(host: string) {
    const [address, port] = host.split(':');
    this.socket = connect(Number(port), address);
    let text = '';
    this.socket.setEncoding('utf8').on('data', (data) => (text += String(data)));
    this.socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.once('close', () => resolve({ text, status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0) }));
    });
  }

  /** Resolves when the bytes have left, or cannot any more. */
  send(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) resolve();
      else this.socket.write(bytes, () => resolve());
    });
  }
}
