import { type IncomingMessage, request } from 'node:http';

import type { Json } from '../../support/post.js';

export interface StreamRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The address from which it is sent. */
  readonly localAddress?: string;
}

/** A response that is read while it goes on. */
export interface Stream {
  readonly response: IncomingMessage;
  /** The next block of lines that an empty line ends, comments too, which come whenever time has passed; null when there are no more. */
  nextBlock(): Promise<string | null>;
  /** The next block that is no comment; null when there are no more. */
  next(): Promise<string | null>;
  /** What the next block that is no comment holds, where it is an `event: next`. */
  nextData(): Promise<Json>;
}

/** One request to /graphql/stream, read block by block. */
export async function readStream(
  host: string,
  { method = 'POST', path = '/graphql/stream', headers = {}, body, localAddress }: StreamRequest = {},
): Promise<Stream> {
  const outgoing = request(`http://${host}${path}`, {
    method,
    ...(localAddress !== undefined && { localAddress }),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const response = await new Promise<IncomingMessage>((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
  response.setEncoding('utf8');
  const blocks = blocksOf(response);
  const nextBlock = async (): Promise<string | null> => (await blocks.next()).value ?? null;
  const next = async (): Promise<string | null> => {
    let block = await nextBlock();
    while (block === ':') block = await nextBlock();
    return block;
  };
  const nextData = async (): Promise<Json> => {
    const [event, data] = ((await next()) ?? '').split('\n');
    return event === 'event: next' ? JSON.parse((data ?? '').slice('data: '.length)) : event;
  };
  return { response, nextBlock, next, nextData };
}

async function* blocksOf(response: IncomingMessage): AsyncGenerator<string, undefined> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      yield* blocks;
    }
  } catch {
    // Cut: there is no more.
  }
  return undefined;
}
