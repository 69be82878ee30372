import type { AnswerError } from './answer.js';
import type { ClientError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import type { SerializedOperation } from './operation.js';

/** A result as it came. */
export interface SubscriptionResult {
  readonly data?: unknown;
  readonly errors?: readonly AnswerError[];
}

/** Who hears of a subscription. */
export interface SubscriptionListener {
  /** The connection is there, and the subscription is being asked for. */
  opened(): void;
  next(result: SubscriptionResult): void;
}

/** What became of one try: it is over; it may be tried again, at once or not before a time; there is no use in it. */
export type ConnectionEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'unopened' | 'lost'; readonly error: ClientError }
  | { readonly kind: 'refused'; readonly error: ClientError };

/** One try at one subscription over one connection. It ends soon after the signal is aborted, and never rejects. */
export type Transport = (operation: SerializedOperation, sink: SubscriptionListener, signal: AbortSignal) => Promise<ConnectionEnd>;

/** Milliseconds after which a connection that is neither open nor refused counts as one that cannot be opened. */
export const openTimeoutMs = 10_000;

/** Milliseconds without a sign of life from the gateway, which gives one every 12 s, after which a connection counts as lost. */
export const silenceTimeoutMs = 40_000;

/** Connects by the first transport that can be opened, and stays with it. */
export class FallbackTransport {
  readonly #transports: readonly Transport[];
  /** That which worked. */
  #working: Transport | null = null;

  /** The one that is liked best first. */
  constructor(transports: readonly Transport[]) {
    this.#transports = transports;
  }

  /** One try at a subscription. */
  async connect(operation: SerializedOperation, sink: SubscriptionListener, signal: AbortSignal): Promise<ConnectionEnd> {
    let end: ConnectionEnd = { kind: 'complete' };
    const transports = this.#working === null ? this.#transports : [this.#working];
    for (const transport of transports) {
      const opened = (): void => {
        this.#working = transport;
        sink.opened();
      };
      end = await transport(operation, { opened, next: (result) => sink.next(result) }, signal);
      if (end.kind !== 'unopened' || signal.aborted) return end;
    }
    return end;
  }
}

/** What every operation of one client goes through. */
export interface ClientContext {
  readonly endpoint: Endpoint;
  readonly transport: FallbackTransport;
  /** Milliseconds to wait after so many failures in a row, from 0. */
  readonly retryDelayMs: (failures: number) => number;
  /** Hears why a connection could not be opened, or ended. */
  readonly onLost: (error: ClientError) => void;
}
