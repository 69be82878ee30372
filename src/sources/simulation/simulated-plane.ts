import type { PlaneFault } from './plane-server.js';

/** A plane that runs inside this process, for the demo and for tests. */
export interface SimulatedPlane {
  /** Base URL, on loopback. */
  readonly url: string;
  /** The configuration keys of a source of this plane, beside name, kind and url. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Advances the time of its tasks by this many milliseconds. */
  advance(ms: number): void;
  close(): Promise<void>;
  /** Tests inject faults here; null injects none. A PlaneServer is one. */
  readonly server: { fault: PlaneFault | null };
}

export interface SimulationOptions {
  /** The same seed gives the same tasks. */
  readonly seed: number;
  /** The name of the source; different names give different tasks. */
  readonly name: string;
  /** The clock of the plane: milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Whether it starts with the work of about three days, and takes as long for it as a real plane; for people. Otherwise
   * everything happens within minutes; for tests.
   */
  readonly isLifelike?: boolean;
  /** The port to listen on; a free one where absent. */
  readonly port?: number;
  /** PEM texts; the plane then speaks HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}
