import type { SentOperation } from './operation.js';
import type { End, Sink, Transport } from './transport.js';

/** Connects by the first transport that can be opened, and stays with it. */
export class Connector {
  readonly #transports: readonly Transport[];
  /** That which worked. */
  #known: Transport | null = null;

  /** The one that is liked best first. */
  constructor(transports: readonly Transport[]) {
    this.#transports = transports;
  }

  /** One try at a subscription. */
  async connect(operation: SentOperation, sink: Sink, signal: AbortSignal): Promise<End> {
    let end: End = { is: 'complete' };
    const transports = this.#known === null ? this.#transports : [this.#known];
    for (const transport of transports) {
      const opened = (): void => {
        this.#known = transport;
        sink.opened();
      };
      end = await transport(operation, { opened, next: (result) => sink.next(result) }, signal);
      if (end.is !== 'unopened' || signal.aborted) return end;
    }
    return end;
  }
}
