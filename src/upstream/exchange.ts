import type { IncomingHttpHeaders } from 'node:http';

import type { Dispatcher } from 'undici';

import type { BodyMemory } from './body/body-memory.js';
import { BodyCollector, ResponseBody } from './body/response-body.js';
import { createDispatcher } from './connections.js';
import { buildSharingKey, type RequestAttempt, type UpstreamRequest } from './request.js';
import { UpstreamResponse } from './response.js';
import type { TransportSettings } from './source-settings.js';

export interface ExchangeOptions {
  /** Bytes of one response body; 0 is no limit. */
  readonly maxBodyBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The last bodies of the plane; null: the body is not compared with them. */
  readonly bodies: BodyMemory | null;
}

/** Sends one request and reads the whole response. Rejects with the errors of undici, or a ResponseTooLargeError. */
export function exchange(dispatcher: Dispatcher, url: URL, request: RequestAttempt, options: ExchangeOptions): Promise<UpstreamResponse> {
  return new Promise((resolve, reject) => {
    const { method, headers, body = null } = request;
    const handler = new ResponseHandler({ url, request, options, resolve, reject });
    dispatcher.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method, headers: { accept: 'application/json', ...headers }, body },
      handler,
    );
  });
}

interface ResponseHandlerOptions {
  readonly url: URL;
  readonly request: RequestAttempt;
  readonly options: ExchangeOptions;
  readonly resolve: (response: UpstreamResponse | Promise<UpstreamResponse>) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects one response. A stream and its events would cost more than all the rest of an exchange. */
class ResponseHandler implements Dispatcher.DispatchHandler {
  readonly #options: ResponseHandlerOptions;
  readonly #ignoreCancellation: () => void;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  /** Under which the body is remembered; null: it is not. */
  #key: string | null = null;
  #collector = new BodyCollector(null);

  constructor(options: ResponseHandlerOptions) {
    this.#options = options;
    this.#ignoreCancellation = options.request.cancellation.onCancel(() => this.#abort());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It waited for a connection until nobody needed it any more.
    if (this.#options.request.cancellation.isCancelled) this.#abort();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Those below 200 only announce the response.
    if (status < 200) return;
    const { url, request, options } = this.#options;
    this.#status = status;
    this.#headers = headers;
    const announcedBytes = Number(headers['content-length'] ?? 0);
    // Only the bodies of successful reads are remembered: they are what a plane sends again and again.
    this.#key = options.bodies === null || status >= 300 ? null : buildSharingKey(url, request);
    this.#collector = new BodyCollector(this.#key === null ? null : (options.bodies?.find(this.#key) ?? null), announcedBytes);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { maxBodyBytes } = this.#options.options;
    if (maxBodyBytes > 0 && this.#collector.size + chunk.length > maxBodyBytes) controller.abort(new ResponseTooLargeError());
    else this.#collector.add(chunk);
  }

  onResponseEnd(): void {
    this.#resolve(this.#collector.known ?? this.#createBody());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { request, reject } = this.#options;
    // The status of an action counts, whatever happens to the body.
    if (this.#status !== 0 && request.method !== 'GET') return this.#resolve(new ResponseBody(Buffer.alloc(0)));
    this.#ignoreCancellation();
    reject(error);
  }

  #resolve(body: ResponseBody): void {
    const { request, options, resolve } = this.#options;
    this.#ignoreCancellation();
    const response = new UpstreamResponse(this.#status, this.#headers, body, options.now());
    // The status of an action counts, also where its body takes too long to read.
    const reading = body.readLong(request.method === 'GET' ? () => throwIfCancelled(request.cancellation) : undefined);
    resolve(reading === null ? response : reading.then(() => response));
  }

  #createBody(): ResponseBody {
    const { request, options } = this.#options;
    const bytes = this.#collector.join();
    const secrets = listSecrets(request, this.#status);
    if (options.bodies === null || this.#key === null) return new ResponseBody(bytes, { secrets });
    return options.bodies.create(this.#key, bytes, { secrets, list: request.list ?? null });
  }

  #abort(): void {
    this.#controller?.abort(toError(this.#options.request.cancellation));
  }
}

function throwIfCancelled(cancellation: RequestAttempt['cancellation']): void {
  if (cancellation.isCancelled) throw toError(cancellation);
}

function toError({ reason }: RequestAttempt['cancellation']): Error {
  return reason instanceof Error ? reason : new Error('The request was cancelled.', { cause: reason });
}

/** The same on a connection that is opened for this request and closed after it. */
export async function exchangeOnNewConnection(
  transport: TransportSettings,
  url: URL,
  request: RequestAttempt,
  options: ExchangeOptions,
): Promise<UpstreamResponse> {
  const { dispatcher } = createDispatcher(transport, 'single');
  try {
    return await exchange(dispatcher, url, request, options);
  } finally {
    await dispatcher.destroy();
  }
}

/** Thrown when a response body is larger than `maxBodyMb` allows. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/**
 * The credentials of a request that are removed from the body of its response: a plane may repeat what it was sent, above all
 * in an error. In error bodies they are looked for in every encoding in which they may come back.
 */
function listSecrets({ headers, secrets = [] }: Pick<UpstreamRequest, 'headers' | 'secrets'>, status: number): readonly string[] {
  const credential = headers?.['authorization']?.replace(/^\w+ /, '') ?? '';
  // Anything shorter cannot be told from an ordinary word.
  if (status >= 200 && status < 300) return credential.length < 8 ? [] : [credential];
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  const all = [credential, ...(headers?.['authorization']?.startsWith('Basic ') ? [pair, ...pair.split(':')] : []), ...secrets];
  // The longest first: one may be a part of another.
  return all
    .flatMap(encodeSecret)
    .filter((form) => form.length >= 4)
    .toSorted((a, b) => b.length - a.length);
}

/** A secret as it is, escaped as JSON, percent-encoded, and in both alphabets of base64. */
function encodeSecret(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}
