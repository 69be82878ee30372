import { CloseCode } from 'graphql-ws';

import type { Presented } from '../authentication/presented.js';
import type { Session } from '../authentication/session.js';
import type { CallersSockets } from '../limits/callers-sockets.js';

/** A caller who was let in, and whose limits what they do counts against. */
export interface Entered {
  readonly session: Session;
  readonly callerKey: string;
}

/** Who is at the other end of a WebSocket: nobody, until `connection_init` lets somebody in. */
export class Visitor {
  /** With the request that opened it. */
  readonly presented: Presented;
  readonly close: (code: number, reason: string) => void;
  readonly #callersSockets: CallersSockets;
  #entered: Entered | null = null;
  #isGone = false;
  #leave: () => void = nothing;

  constructor(presented: Presented, callersSockets: CallersSockets, close: (code: number, reason: string) => void) {
    this.presented = presented;
    this.#callersSockets = callersSockets;
    this.close = close;
  }

  get entered(): Entered | null {
    return this.#entered;
  }

  /** Lets somebody in. False, and the WebSocket is closed: the caller has too many connections. */
  enter(entered: Entered): boolean {
    const leave = this.#isGone ? nothing : this.#callersSockets.enter(entered.callerKey);
    if (leave === null) {
      this.close(CloseCode.TooManyInitialisationRequests, 'This caller has as many connections as limits.socketsPerCaller allows.');
      return false;
    }
    this.#leave = leave;
    this.#entered = entered;
    return true;
  }

  /** To be called when the WebSocket is closed. */
  leave(): void {
    this.#isGone = true;
    this.#leave();
  }
}

function nothing(): void {
  // Nothing is counted.
}
