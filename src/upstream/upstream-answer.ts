import { SourceProblemError } from '../task/error/source-problem-error.js';
import { jsonDepthWithin } from './json-depth.js';

/** Deeper than any plane nests; JSON.stringify and recursive readers stay far from the end of the stack. */
const maxDepth = 256;

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What a plane answered. */
export class UpstreamAnswer {
  readonly status: number;
  readonly text: string;
  /** By the clock of the gateway, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** The plane will not be asked again for so long, in milliseconds, whatever it says itself; 0 when it may be at once. */
  readonly notAskedForMs: number;
  readonly #headers: AnswerHeaders;
  #parsed: { readonly value: unknown } | { readonly error: SourceProblemError } | null = null;

  constructor(status: number, headers: AnswerHeaders, text: string, receivedAt = Date.now(), notAskedForMs = 0) {
    this.status = status;
    this.text = text;
    this.receivedAt = receivedAt;
    this.notAskedForMs = notAskedForMs;
    this.#headers = headers;
  }

  /** The same answer, from a plane that will not be asked again for so long, in milliseconds. */
  notBefore(ms: number): UpstreamAnswer {
    return ms <= this.notAskedForMs ? this : new UpstreamAnswer(this.status, this.#headers, this.text, this.receivedAt, ms);
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
  get isNoJson(): boolean {
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
    if (!jsonDepthWithin(text, maxDepth)) return { error: this.#malformed('The plane sent JSON that is nested too deeply.') };
    try {
      return { value: JSON.parse(text) };
    } catch (cause) {
      return { error: this.#malformed('The plane sent something that is not JSON; is url its API?', cause) };
    }
  }

  #malformed(message: string, cause?: unknown): SourceProblemError {
    return new SourceProblemError('MALFORMED_RESPONSE', message, { httpStatus: this.status, cause });
  }
}
