import { AbortedError } from './aborted-error.js';
import type { Line } from './line.js';
import type { SentOperation } from './operation.js';
import { pause } from './pause.js';
import { askedDelay } from './retry-delay.js';
import type { Sink } from './transport.js';

/** A subscription that is opened again whenever its connection is lost, until the gateway completes it. Throws a ClientError. */
export async function keepSubscribed(
  operation: SentOperation,
  sink: Sink,
  { connector, retryDelayMs, onLost }: Line,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    if (signal.aborted) throw new AbortedError(signal.reason);
    let openedAt = Infinity;
    const opened = (): void => {
      openedAt = Date.now();
      sink.opened();
    };
    const end = await connector.connect(operation, { opened, next: (result) => sink.next(result) }, signal);
    if (signal.aborted) throw new AbortedError(signal.reason);
    if (end.is === 'complete') return;
    if (end.is === 'refused') throw end.error;
    if (Date.now() - openedAt > steadyMs) failures = 0;
    onLost(end.error);
    await pause(Math.max(retryDelayMs(failures), askedDelay(end.error)), signal);
  }
}

/** A connection that held for so long, in milliseconds, was a good one. */
const steadyMs = 10_000;
