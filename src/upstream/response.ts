import { isJsonObject, type JsonObject } from '../model/scalars.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { ListItem } from './body/json-item.js';
import { ResponseBody } from './body/response-body.js';
import { parseHttpDate } from './pause/http-date.js';
import { parseRetryAfter } from './pause/retry-after.js';

/** Why a body could not be parsed. */
const parseProblems = {
  syntax: 'The plane sent something that is not JSON. Check that url names its API.',
  depth: 'The plane sent JSON that is nested too deeply.',
  size: 'The plane sent JSON that is too large to be read at once.',
} as const;

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An HTTP response of a plane, with its whole body. */
export class UpstreamResponse {
  readonly status: number;
  /** Shared by all responses with the same bytes to requests with the same URL and headers. */
  readonly body: ResponseBody;
  /** By the clock of the gateway, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** Milliseconds for which the gateway sends no further reads, whatever the response says itself; 0 when it does. */
  readonly refusedForMs: number;
  readonly #headers: ResponseHeaders;

  constructor(status: number, headers: ResponseHeaders, body: string | ResponseBody, receivedAt = Date.now(), refusedForMs = 0) {
    this.status = status;
    this.body = typeof body === 'string' ? new ResponseBody(Buffer.from(body)) : body;
    this.receivedAt = receivedAt;
    this.refusedForMs = refusedForMs;
    this.#headers = headers;
  }

  /** The same response, of a plane that is sent no reads for at least this long, in milliseconds. */
  withRefusalFor(ms: number): UpstreamResponse {
    return ms <= this.refusedForMs ? this : new UpstreamResponse(this.status, this.#headers, this.body, this.receivedAt, ms);
  }

  /** The same response, of whose `Retry-After` no more is left than this, in milliseconds. */
  withPauseLeft(ms: number): UpstreamResponse {
    const { 'retry-after': _pause, ...headers } = this.#headers;
    return new UpstreamResponse(this.status, headers, this.body, this.receivedAt, ms);
  }

  withoutBody(): UpstreamResponse {
    return new UpstreamResponse(this.status, this.#headers, '', this.receivedAt, this.refusedForMs);
  }

  /** The first value of a header, by its lower-case name. */
  header(name: string): string | null {
    const value = this.#headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  }

  /** Whether there is a `Retry-After`, also one that says nothing. */
  get hasRetryAfter(): boolean {
    return this.header('retry-after') !== null;
  }

  /** Milliseconds that `Retry-After` asks for, as `parseRetryAfter` says; null without one. */
  get retryAfterMs(): number | null {
    const value = this.header('retry-after');
    return value === null ? null : parseRetryAfter(value, this.receivedAt);
  }

  /** Milliseconds that the clock of the server is ahead by its header Date, to the second; null where it has none. */
  get clockAheadMs(): number | null {
    const date = this.header('date');
    const time = date === null ? null : parseHttpDate(date, this.receivedAt);
    return time === null ? null : time - Math.floor(this.receivedAt / 1000) * 1000;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as text. */
  get text(): string {
    return this.body.text;
  }

  /** The body as JSON, parsed once; throws a SourceProblemError when it is not JSON. A byte order mark is tolerated. */
  json(): unknown {
    const parsed = this.body.parse();
    if (parsed.kind === 'value') return parsed.value;
    throw this.#malformed(parseProblems[parsed.reason], parsed.cause);
  }

  /**
   * The body as an object with a list, which `list` of the request names: `envelope` is the body, where the list may be left
   * out, and `items` are those of the list; null where there is none. `isCut`: there are further items, and the envelope may lack
   * what comes after them. An item with the same text as in the last response with a list is the same object as then. Throws a
   * SourceProblemError when the body is not JSON.
   */
  list(): { readonly envelope: unknown; readonly items: readonly ListItem[] | null; readonly isCut: boolean } {
    const envelope = this.body.list === null ? this.json() : this.body.list.envelope;
    return { envelope, ...(this.body.items(envelope) ?? { items: null, isCut: false }) };
  }

  /** Whether there is a body that is not JSON. JSON that is nested too deeply is JSON. */
  get isNotJson(): boolean {
    return this.body.isNotJson;
  }

  /** Whether the body is an HTML page, which no API of a plane sends. */
  get isHtml(): boolean {
    return !this.body.isKnownJson && this.text.trimStart().startsWith('<');
  }

  /** The body as JSON, or null: for error bodies, which may be anything. */
  jsonOrNull(): unknown {
    const parsed = this.body.parse();
    return parsed.kind === 'value' ? parsed.value : null;
  }

  /** The body as a JSON object; empty when it is anything else, such as the HTML page of a proxy. */
  jsonObjectOrEmpty(): JsonObject {
    const body = this.jsonOrNull();
    return isJsonObject(body) ? body : {};
  }

  #malformed(message: string, cause?: unknown): SourceProblemError {
    return new SourceProblemError('MALFORMED_RESPONSE', message, { httpStatus: this.status, cause });
  }
}

/** A non-empty text in an object of a plane; null when the member is anything else. */
export function readText(object: JsonObject, key: string): string | null {
  const value = Object.hasOwn(object, key) ? object[key] : null;
  return typeof value === 'string' && value !== '' ? value : null;
}
