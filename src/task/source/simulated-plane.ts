/** A plane that runs inside this process, for the demo and for tests. */
export interface SimulatedPlane {
  /** Base URL, on loopback. */
  readonly url: string;
  /** Keys of a source's configuration that reach it, beyond name, kind and url. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Lets so many milliseconds pass for its tasks. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export interface SimulationOptions {
  /** The same seed gives the same tasks. */
  readonly seed: number;
  /** Names the site; different names give different tasks. */
  readonly name: string;
  /** The plane's clock: milliseconds since 1970. */
  readonly now: () => number;
}
