import { Extensions } from 'type-graphql';

/** What a caller may do with a source. */
export type Right = 'read' | 'retry' | 'cancel' | 'track';

/** What a caller may do with the gateway itself, whatever the source. */
export type GatewayRight = 'introspect' | 'operate' | 'audit';

/** Who asks. Every read and every action passes through `may`, each time anew: a right may be taken away while an operation lasts. */
export interface Caller {
  /** Stable; names the caller in the journal, and owns idempotency keys. */
  readonly id: string;
  may(right: Right, sourceName: string): boolean;
  /** Absent: not at all. */
  has?(right: GatewayRight): boolean;
  /** The caller's own token of a source, for sources that take those; absent and null: they sent none. */
  sourceToken?(sourceName: string): string | null;
}

/** The caller where authentication is off (`auth.mode: none`). */
export const anonymous: Caller = { id: 'anonymous', may: () => true };

/**
 * Declares the right that a root field needs. Every root field has one, or there is no schema. It opens nothing by itself: what a
 * caller may read or do is decided below the resolvers, source by source, where no path leads around it.
 */
export function Needs(right: Right): MethodDecorator & PropertyDecorator {
  return Extensions({ right });
}
