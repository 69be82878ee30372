import { linkedController } from './abort-signals.js';
import { ClientError, isTemporary, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import { parseResponse, post } from './http.js';
import { type ConnectionEnd, openTimeoutMs, silenceTimeoutMs, type Transport } from './transport.js';

/** Subscriptions over server-sent events, with one request for each. */
export function createEventStreamTransport(endpoint: Endpoint): Transport {
  const stream: Endpoint = { ...endpoint, url: streamUrl(endpoint.url) };
  return (operation, listener, signal) =>
    new Promise((resolve) => {
      const attempt = linkedController(signal);
      let isOpen = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = (result: ConnectionEnd): void => {
        clearTimeout(timer);
        attempt.signal.removeEventListener('abort', stop);
        attempt.unlink();
        // Closes the connection, which may be open although nothing is expected from it any more.
        attempt.abort();
        resolve(result);
      };
      const fail = (error: ClientError): void => end({ kind: !isTemporary(error) ? 'refused' : isOpen ? 'lost' : 'unopened', error });
      const stop = (): void => end({ kind: 'complete' });
      const giveUpAfter = (ms: number): void => {
        clearTimeout(timer);
        if (attempt.signal.aborted) return;
        timer = setTimeout(() => fail(new UnreachableError('The event stream has gone silent.')), ms);
      };
      const read = async (): Promise<void> => {
        const response = await post(operation, stream, 'text/event-stream', attempt.signal);
        if (!response.ok || response.body === null || !/^text\/event-stream/i.test(response.headers.get('content-type') ?? '')) {
          await parseResponse(response);
          throw new UnreachableError('The response is not an event stream.');
        }
        isOpen = true;
        giveUpAfter(silenceTimeoutMs);
        listener.opened();
        // Comments count as well: the gateway sends them to keep the connection alive.
        for await (const { type, data } of readEvents(response.body, () => giveUpAfter(silenceTimeoutMs))) {
          if (attempt.signal.aborted) return;
          if (type === 'complete') return end({ kind: 'complete' });
          if (type === 'next') listener.next(JSON.parse(data));
        }
        throw new UnreachableError('The event stream ended.');
      };
      attempt.signal.addEventListener('abort', stop);
      giveUpAfter(openTimeoutMs);
      read().catch((error: unknown) => {
        if (!attempt.signal.aborted) fail(error instanceof ClientError ? error : new UnreachableError('The event stream was cut.', error));
      });
    });
}

function streamUrl(url: string): string {
  const stream = new URL(url);
  stream.pathname = `${stream.pathname.replace(/\/$/, '')}/stream`;
  return stream.href;
}

interface StreamEvent {
  readonly type: string;
  readonly data: string;
}

/** The server-sent events of a body, in the format of the HTML standard without `id` and `retry`, which the gateway does not send. */
async function* readEvents(body: ReadableStream<Uint8Array>, onActivity: () => void): AsyncGenerator<StreamEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let [rest, type, data] = ['', '', ''];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onActivity();
    // A carriage return at the end may be the first half of a line break.
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (type !== '') yield { type, data };
        [type, data] = ['', ''];
      }
      const [, field, text = ''] = /^(\w+):? ?(.*)$/s.exec(line) ?? [];
      if (field === 'event') type = text;
      if (field === 'data') data += (data && '\n') + text;
    }
  }
}
