import type { UpstreamResponse } from '../response.js';

/** A longer body of the response that asks for a pause is not kept until its end, in bytes. */
const maxBodyBytes = 65_536;

/**
 * The pause that a plane has asked for with `Retry-After`, in a response that says that it serves nobody now: 429, or 5xx.
 * Reads that begin meanwhile are not sent, however fresh the data that they want: that response is the answer to them, too.
 */
export class RequestedPause {
  readonly #monotonic: () => number;
  #current: { readonly endsAt: number; readonly response: UpstreamResponse } | null = null;

  /** `monotonic`: milliseconds of a clock that is never set back. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** The response that asked for the pause, and how much of it is left (`refusedForMs`). Null: there is no pause now. */
  get response(): UpstreamResponse | null {
    if (this.#current === null) return null;
    const leftMs = Math.ceil(this.#current.endsAt - this.#monotonic());
    if (leftMs > 0) return this.#current.response.withPauseLeft(leftMs);
    this.#current = null;
    return null;
  }

  /** Begins where the response asks for a pause. It never becomes shorter by that. */
  observe(response: UpstreamResponse): void {
    const { status, retryAfterMs } = response;
    if (retryAfterMs === null || (status !== 429 && status < 500) || retryAfterMs <= (this.response?.refusedForMs ?? 0)) return;
    this.#current = { endsAt: this.#monotonic() + retryAfterMs, response: withSmallBody(response) };
  }

  /** Ends, because the plane answers. */
  endUnlessRateLimit(): void {
    if (this.#current?.response.status !== 429) this.#current = null;
  }
}

function withSmallBody(response: UpstreamResponse): UpstreamResponse {
  return response.body.bytes.length <= maxBodyBytes ? response : response.withoutBody();
}
