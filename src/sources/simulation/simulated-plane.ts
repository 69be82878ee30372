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
}
