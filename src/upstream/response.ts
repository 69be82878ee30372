import { SourceProblemError } from '../model/source-problem.js';

/** Deeper than any plane nests; JSON.stringify and recursive readers stay far from the end of the stack. */
const maxJsonDepth = 256;

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What a plane answered. */
export class UpstreamResponse {
  readonly status: number;
  readonly text: string;
  /** By the clock of the gateway, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** The plane will not be asked again for so long, in milliseconds, whatever it says itself; 0 when it may be at once. */
  readonly circuitOpenForMs: number;
  readonly #headers: ResponseHeaders;
  #parsed: { readonly value: unknown } | { readonly error: SourceProblemError } | null = null;

  constructor(status: number, headers: ResponseHeaders, text: string, receivedAt = Date.now(), circuitOpenForMs = 0) {
    this.status = status;
    this.text = text;
    this.receivedAt = receivedAt;
    this.circuitOpenForMs = circuitOpenForMs;
    this.#headers = headers;
  }

  /** The same answer, from a plane that will not be asked again for so long, in milliseconds. */
  withCircuitOpenFor(ms: number): UpstreamResponse {
    return ms <= this.circuitOpenForMs ? this : new UpstreamResponse(this.status, this.#headers, this.text, this.receivedAt, ms);
  }

  /** The first value of a header, by its lower-case name. */
  header(name: string): string | null {
    const value = this.#headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as JSON, parsed once for all who ask; throws a SourceProblemError when it is none. A byte order mark is tolerated. */
  json(): unknown {
    this.#parsed ??= this.#parse();
    if ('error' in this.#parsed) throw this.#parsed.error;
    return this.#parsed.value;
  }

  /** There is a body, and it is no JSON whatever. One that is nested too deeply is JSON. */
  get isNotJson(): boolean {
    this.#parsed ??= this.#parse();
    return this.text !== '' && 'error' in this.#parsed && this.#parsed.error.cause instanceof SyntaxError;
  }

  /** The body as JSON, or null: for error bodies, which may be anything. */
  jsonOrNull(): unknown {
    try {
      return this.json();
    } catch {
      return null;
    }
  }

  #parse(): { readonly value: unknown } | { readonly error: SourceProblemError } {
    const text = this.text.startsWith('\uFEFF') ? this.text.slice(1) : this.text;
    if (!isJsonDepthWithin(text, maxJsonDepth)) return { error: this.#malformedResponse('The plane sent JSON that is nested too deeply.') };
    try {
      return { value: JSON.parse(text) };
    } catch (cause) {
      return { error: this.#malformedResponse('The plane sent something that is not JSON; is url its API?', cause) };
    }
  }

  #malformedResponse(message: string, cause?: unknown): SourceProblemError {
    return new SourceProblemError('MALFORMED_RESPONSE', message, { httpStatus: this.status, cause });
  }
}

/** Whether brackets and braces outside strings nest at most so deep. Looks at the text only: nothing is built. */
export function isJsonDepthWithin(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return false;
    } else if (code === closeBrace || code === closeBracket) depth--;
  }
  return true;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
