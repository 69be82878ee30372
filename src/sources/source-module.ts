import type { ClassType } from 'type-graphql';
import * as z from 'zod';

import type { SourceSettings } from '../upstream/source-settings.js';
import type { SimulatedPlane, SimulationOptions } from './simulation/simulated-plane.js';
import type { Source } from './source.js';

/**
 * Everything that the gateway has to know about one kind of plane: one entry of the registry, and the only import of
 * its folder from outside.
 *
 * @example
 * export const coffee: SourceModule<CoffeeSettings> = {
 *   kind: 'coffee',
 *   description: 'Coffee machines.',
 *   settings: z.object({
 *     credentials: z.strictObject({ token: secretSetting('The token on the back of the machine.') }).describe('How the machine is opened.'),
 *   }),
 *   objectTypes: [CoffeeTask, CoffeeWarning],
 *   warningTypes: ['CoffeeWarning'],
 *   subtaskTypes: [],
 *   resolvers: [],
 *   create: (common, settings) => new CoffeeSource(common, settings),
 *   demo: [{ name: 'coffee-demo', displayName: 'Coffee machine of the demo' }],
 *   simulate: (options) => CoffeeSimulator.start(options),
 * };
 */
export interface SourceModule<Settings = unknown> extends SchemaContribution, SourceDemo {
  /** As written in the configuration; in upper case it is a value of TaskSourceKind. */
  readonly kind: string;
  /** Description of that value in the schema. */
  readonly description: string;
  /**
   * The configuration keys of this kind beside those that every source has, `credentials` among them. Each has a
   * description. An object without refinements, because the gateway merges it with the common keys.
   */
  readonly settings: z.ZodObject & z.ZodType<Settings>;
  /** Creates the adapter to one configured plane. It connects to nothing yet. */
  create(common: SourceSettings, settings: Settings): Source;
  /**
   * The same for one caller, with that caller's own token of the plane instead of the `credentials` in the settings,
   * which are `{ mode: 'passthrough' }` then. Absent: callers cannot bring their own tokens.
   */
  createWithToken?(common: SourceSettings, settings: Settings, token: string): Source;
}

/** What a kind of plane adds to the GraphQL schema. */
interface SchemaContribution {
  readonly objectTypes: readonly ClassType[];
  /** Names of those object types that are members of TaskWarning. */
  readonly warningTypes: readonly string[];
  /** Names of those object types that are members of TaskSubtask. */
  readonly subtaskTypes: readonly string[];
  /** Resolvers of additional mutations. */
  readonly resolvers: readonly ClassType[];
}

/** The planes of the demo, which the tests use too. */
interface SourceDemo {
  /** Their names and display names. */
  readonly demo: readonly { readonly name: string; readonly displayName: string }[];
  /** Starts a simulated plane on a free loopback port. */
  simulate(options: SimulationOptions): Promise<SimulatedPlane>;
}

/**
 * A configuration key that holds a secret. The key with `File` appended may be given instead: the path of a file that
 * holds the secret. The configuration reads that file, so that a source only sees the plain key.
 */
export function secretSetting(description: string): z.ZodString {
  return z.string().min(1).meta({ description, secret: true });
}
