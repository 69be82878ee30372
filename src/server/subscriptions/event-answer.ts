import type { FormattedExecutionResult } from 'graphql';

import { stringifyResult } from '../../execution/serialised-data.js';
import { encodeFrameStart } from './web-socket-frame.js';

/** The answer to one event, serialised once for all subscribers to whom it is the same. What is sent to them shares its bytes. */
export class EventAnswer {
  readonly #json: string;
  #messageEnd: Buffer | null = null;
  #event: Buffer | null = null;

  constructor(result: FormattedExecutionResult) {
    this.#json = stringifyResult(result);
  }

  /** The event in the protocol of graphql-sse. */
  get event(): Buffer {
    this.#event ??= Buffer.from(`event: next\ndata: ${this.#json}\n\n`);
    return this.#event;
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
