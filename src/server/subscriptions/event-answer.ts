import type { FormattedExecutionResult } from 'graphql';

import { stringifyResult } from '../../execution/serialised-data.js';
import { encodeFrameStart } from './web-socket-frame.js';

/** The answer to one event, serialised once for all subscribers to whom it is the same. What is sent to them shares its bytes. */
export class EventAnswer {
  readonly #json: string;
  #messageEnd: Buffer | null = null;
  #eventChunk: Buffer | null = null;

  constructor(result: FormattedExecutionResult) {
    this.#json = stringifyResult(result);
  }

  /** The event in the protocol of graphql-sse. */
  get event(): string {
    return `event: next\ndata: ${this.#json}\n\n`;
  }

  /** The same as a chunk of HTTP/1.1 (RFC 9112, section 7.1). */
  get eventChunk(): Buffer {
    this.#eventChunk ??= encodeChunk(this.event);
    return this.#eventChunk;
  }

  /** The frame of a message in graphql-transport-ws, in two parts. `messageStart`: see `startNextMessage`. */
  frame(messageStart: Buffer): readonly [Buffer, Buffer] {
    this.#messageEnd ??= Buffer.from(`${this.#json}}`);
    return [encodeFrameStart(messageStart, this.#messageEnd.length), this.#messageEnd];
  }
}

/** The beginning of each message with an answer for the subscription with this id, up to the value of `payload`. */
export function startNextMessage(id: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
}

function encodeChunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}
