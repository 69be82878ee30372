/** A plane that runs inside this process, for the demo and for tests. */
export interface SimulatedPlane {
  /** Base URL, on loopback. */
  readonly url: string;
  /** Keys of a source's configuration that reach it, beyond name, kind and url. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Lets so many milliseconds pass for its tasks. */
  advance(ms: number): void;
  close(): Promise<void>;
  /** For tests, which make things go wrong on the way: null, nothing does. A PlaneServer is one. */
  readonly server: { fault: SimulatedFault | null };
}

/** A request as it reached a simulated plane. */
export interface SimulatedCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An answer; a body that is text is sent as it is, any other as JSON. */
export interface SimulatedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Answers instead of the plane; `handle` does what the plane would do, and gives its answer. */
export type SimulatedFault = (
  call: SimulatedCall,
  handle: () => SimulatedAnswer,
) => SimulatedAnswer | 'hang-up' | 'silence' | Promise<SimulatedAnswer | 'hang-up' | 'silence'>;

export interface SimulationOptions {
  /** The same seed gives the same tasks. */
  readonly seed: number;
  /** Names the site; different names give different tasks. */
  readonly name: string;
  /** The plane's clock: milliseconds since 1970. */
  readonly now: () => number;
}
