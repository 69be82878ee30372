import type { AnswerError } from './answer.js';
import type { ClientError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import type { SerializedOperation } from './operation.js';

/** One event of a subscription. */
export interface SubscriptionResult {
  readonly data?: unknown;
  readonly errors?: readonly AnswerError[];
}

/** Receives the events of a subscription. */
export interface SubscriptionListener {
  /** The connection is open, and the subscription was sent. */
  opened(): void;
  next(result: SubscriptionResult): void;
}

/**
 * How one attempt ended: the subscription is complete; the connection could not be opened or was lost, so another attempt may succeed; or
 * the gateway refused, and another attempt is of no use.
 */
export type ConnectionEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'unopened' | 'lost'; readonly error: ClientError }
  | { readonly kind: 'refused'; readonly error: ClientError };

/** One attempt at one subscription over one connection. It ends soon after the signal aborts, and never rejects. */
export type Transport = (operation: SerializedOperation, listener: SubscriptionListener, signal: AbortSignal) => Promise<ConnectionEnd>;

/** How long opening a connection may take, in milliseconds. */
export const openTimeoutMs = 10_000;

/** How long a connection may be silent before it counts as lost, in milliseconds. The gateway sends something at least every 12 s. */
export const silenceTimeoutMs = 40_000;

/** Connects with the first transport that can be opened, and uses that one from then on. */
export class FallbackTransport {
  readonly #transports: readonly Transport[];
  /** The transport that could be opened; null until one could. */
  #working: Transport | null = null;

  /** @param transports in order of preference. */
  constructor(transports: readonly Transport[]) {
    this.#transports = transports;
  }

  /** One attempt at a subscription. */
  async connect(operation: SerializedOperation, listener: SubscriptionListener, signal: AbortSignal): Promise<ConnectionEnd> {
    let end: ConnectionEnd = { kind: 'complete' };
    const transports = this.#working === null ? this.#transports : [this.#working];
    for (const transport of transports) {
      const opened = (): void => {
        this.#working = transport;
        listener.opened();
      };
      end = await transport(operation, { opened, next: (result) => listener.next(result) }, signal);
      if (end.kind !== 'unopened' || signal.aborted) return end;
    }
    return end;
  }
}

/** What all operations of one client share. */
export interface ClientContext {
  readonly endpoint: Endpoint;
  readonly transport: FallbackTransport;
  /** Milliseconds to wait after this number of failures in a row, which starts at 0. */
  readonly retryDelayMs: (failures: number) => number;
  /** Called when a connection could not be opened, or was lost. */
  readonly onLost: (error: ClientError) => void;
}
