import { isJsonObject, type JsonObject } from '../model/scalars.js';
import { SourceProblemError } from '../model/source-problem.js';

/** Deeper than any plane nests, and far from what overflows the stack of JSON.stringify and recursive readers. */
const maxJsonDepth = 256;

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

type ParsedBody = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'error'; readonly error: SourceProblemError };

/** An HTTP response of a plane, with its whole body. */
export class UpstreamResponse {
  readonly status: number;
  readonly text: string;
  /** By the clock of the gateway, in milliseconds since 1970. */
  readonly receivedAt: number;
  /**
   * Milliseconds for which the circuit breaker refuses further calls, whatever the plane says itself; 0 when it does
   * not.
   */
  readonly circuitOpenForMs: number;
  readonly #headers: ResponseHeaders;
  #body: ParsedBody | null = null;

  constructor(status: number, headers: ResponseHeaders, text: string, receivedAt = Date.now(), circuitOpenForMs = 0) {
    this.status = status;
    this.text = text;
    this.receivedAt = receivedAt;
    this.circuitOpenForMs = circuitOpenForMs;
    this.#headers = headers;
  }

  /** The same response, from a plane whose circuit is open for this long, in milliseconds. */
  withCircuitOpenFor(ms: number): UpstreamResponse {
    return ms <= this.circuitOpenForMs ? this : new UpstreamResponse(this.status, this.#headers, this.text, this.receivedAt, ms);
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

  /**
   * Milliseconds that `Retry-After` asks for, counted from the arrival of the response, in either of its forms (RFC
   * 9110, 10.2.3); null when it is absent, past or unreadable.
   */
  get retryAfterMs(): number | null {
    const value = this.header('retry-after')?.trim();
    if (value === undefined || value === '') return null;
    const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - this.receivedAt;
    return Number.isFinite(ms) && ms > 0 ? ms : null;
  }

  /** Milliseconds that the clock of the server is ahead by its header Date, to the second; null where it has none. */
  get clockAheadMs(): number | null {
    const time = Date.parse(this.header('date') ?? '');
    return Number.isNaN(time) ? null : time - Math.floor(this.receivedAt / 1000) * 1000;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as JSON, parsed once; throws a SourceProblemError when it is not JSON. A byte order mark is tolerated. */
  json(): unknown {
    this.#body ??= this.#parse();
    if (this.#body.kind === 'error') throw this.#body.error;
    return this.#body.value;
  }

  /** Whether there is a body that is not JSON. JSON that is nested too deeply is JSON. */
  get isNotJson(): boolean {
    this.#body ??= this.#parse();
    return this.text !== '' && this.#body.kind === 'error' && this.#body.error.cause instanceof SyntaxError;
  }

  /** Whether the body is an HTML page, which no API of a plane sends. */
  get isHtml(): boolean {
    return this.text.trimStart().startsWith('<');
  }

  /** The body as JSON, or null: for error bodies, which may be anything. */
  jsonOrNull(): unknown {
    this.#body ??= this.#parse();
    return this.#body.kind === 'value' ? this.#body.value : null;
  }

  /** The body as a JSON object; empty when it is anything else, such as the HTML page of a proxy. */
  jsonObjectOrEmpty(): JsonObject {
    const body = this.jsonOrNull();
    return isJsonObject(body) ? body : {};
  }

  #parse(): ParsedBody {
    const text = this.text.startsWith('\uFEFF') ? this.text.slice(1) : this.text;
    if (!isJsonDepthWithin(text, maxJsonDepth)) return this.#malformed('The plane sent JSON that is nested too deeply.');
    try {
      return { kind: 'value', value: JSON.parse(text) };
    } catch (cause) {
      return this.#malformed('The plane sent something that is not JSON. Check that url names its API.', cause);
    }
  }

  #malformed(message: string, cause?: unknown): ParsedBody {
    return { kind: 'error', error: new SourceProblemError('MALFORMED_RESPONSE', message, { httpStatus: this.status, cause }) };
  }
}

/** A non-empty text in an object of a plane; null when the member is anything else. */
export function readText(object: JsonObject, key: string): string | null {
  const value = Object.hasOwn(object, key) ? object[key] : null;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Whether brackets and braces outside strings nest at most this deep. It scans the text and builds nothing. */
export function isJsonDepthWithin(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === backslash) index++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return false;
    } else if (code === closeBrace || code === closeBracket) depth--;
  }
  return true;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
