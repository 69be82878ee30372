import type { ClassType } from 'type-graphql';
import { z } from 'zod';

import { SourceConnection } from '../upstream/connections.js';
import type { SimulatedPlane, SimulationOptions } from './simulation/simulated-plane.js';
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

/**
 * A key of the configuration that holds a secret. Its name with `File` behind it may be given instead, the path of a file
 * that holds the secret: the configuration reads the file, so that a source only ever sees the plain key.
 */
export function secretSetting(description: string): z.ZodString {
  return z.string().min(1).meta({ description, secret: true });
}
