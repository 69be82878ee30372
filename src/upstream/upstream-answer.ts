import { SourceProblemError } from '../task/error/source-problem-error.js';
import { jsonDepthWithin } from './json-depth.js';

/** Deeper than any plane nests; JSON.stringify and recursive readers stay far from the end of the stack. */
const maxDepth = 256;

/** What a plane answered. */
export class UpstreamAnswer {
  readonly status: number;
  readonly text: string;
  readonly #headers: Readonly<Record<string, string | string[] | undefined>>;

  constructor(status: number, headers: Readonly<Record<string, string | string[] | undefined>>, text: string) {
    this.status = status;
    this.text = text;
    this.#headers = headers;
  }

  /** The first value of a header, by its lower-case name. */
  header(name: string): string | null {
    const value = this.#headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as JSON; throws a SourceProblemError when it is none. A byte order mark is tolerated. */
  json(): unknown {
    const text = this.text.startsWith('\uFEFF') ? this.text.slice(1) : this.text;
    if (!jsonDepthWithin(text, maxDepth)) throw this.#malformed('The plane sent JSON that is nested too deeply.');
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.#malformed('The plane sent something that is not JSON; is url its API?', cause);
    }
  }

  /** The body as JSON, or null: for error bodies, which may be anything. */
  jsonOrNull(): unknown {
    try {
      return this.json();
    } catch {
      return null;
    }
  }

  #malformed(message: string, cause?: unknown): SourceProblemError {
    return new SourceProblemError('MALFORMED_RESPONSE', message, { httpStatus: this.status, cause });
  }
}
