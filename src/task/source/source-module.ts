import type { ClassType } from 'type-graphql';
import type { z } from 'zod';

import type { TaskActionKind } from '../act/action-kind.js';
import type { SimulatedPlane, SimulationOptions } from './simulated-plane.js';
import type { Source } from './source.js';

/** All that the gateway has to know of one kind of plane. One entry of the source registry. */
export interface SourceModule<Settings = unknown> {
  /** As written in the configuration; in upper case it is a value of TaskSourceKind. */
  readonly kind: string;
  /** Describes that value. */
  readonly description: string;
  /** Keys of its configuration beyond the common ones, `credentials` among them, each described; without refinements of the whole. */
  readonly settings: z.ZodObject & z.ZodType<Settings>;
  /** Object types that it adds to the schema. */
  readonly objectTypes: readonly ClassType[];
  /** Those of them that are members of TaskWarning. */
  readonly warningTypes: readonly string[];
  /** Those of them that are members of TaskSubtask. */
  readonly subtaskTypes: readonly string[];
  /** Resolvers of mutations of its own. */
  readonly resolvers: readonly ClassType[];
  /** The adapter to one configured plane. It connects to nothing yet. */
  create(connection: SourceConnection, settings: Settings): Source;
  /**
   * The same for one caller, with that caller's own token of the plane in place of the `credentials` of the settings, which then are
   * `{ mode: 'passthrough' }`. Absent: callers cannot bring their own.
   */
  createWithToken?(connection: SourceConnection, settings: Settings, token: string): Source;
  /** Names and display names of the planes that the demo runs. */
  readonly demo: readonly { readonly name: string; readonly displayName: string }[];
  /** Starts a simulated plane on a free loopback port. */
  simulate(options: SimulationOptions): Promise<SimulatedPlane>;
}

/** Keys that every source has, read from the configuration. */
export interface SourceConnection {
  readonly name: string;
  readonly displayName: string;
  /** Base URL; its path, if any, is kept in front of every route. */
  readonly url: URL;
  /** PEM texts. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** URL of an HTTP proxy; null: none. */
  readonly proxy: URL | null;
  /** Milliseconds that a read or an action may take in all. */
  readonly timeoutMs: number;
  /** Which actions the operator allows. */
  readonly actions: Readonly<Record<Lowercase<TaskActionKind>, boolean>>;
  /** Bytes of one answer; 0 is no limit. */
  readonly maxBodyBytes: number;
  /** Tasks of one list; 0 is no limit. */
  readonly maxItems: number;
  /** Pages of one list; 0 is no limit. */
  readonly maxPages: number;
  /** Milliseconds since 1970, as Date.now. What planes say of time is read by it. */
  readonly now: () => number;
  /** Milliseconds that never go back, from any beginning, as performance.now. What lasts is measured by it. */
  readonly steady: () => number;
  /** From 0 to 1, as Math.random; spreads retries and renewals, so that gateways that fail together do not come back together. */
  readonly random: () => number;
}
