import { Extensions } from 'type-graphql';

/** What a caller may do with a source. */
export const sourceRights = ['read', 'retry', 'cancel', 'track'] as const;
export type Right = (typeof sourceRights)[number];

/** What a caller may do with the gateway itself, whatever the source. */
export const gatewayRights = ['introspect', 'operate', 'audit'] as const;
export type GatewayRight = (typeof gatewayRights)[number];

/** The caller of an operation. Each read and action asks `may` again, as rights can be withdrawn meanwhile. */
export interface Caller {
  /** Stable: it names the caller in the audit trail, and idempotency keys belong to it. */
  readonly id: string;
  may(right: Right, sourceName: string): boolean;
  /** Absent: the caller has no right to the gateway itself. */
  has?(right: GatewayRight): boolean;
  /** The caller's own token of a source, for sources that take those; null, or the method absent, when the caller sent none. */
  sourceToken?(sourceName: string): string | null;
}

/** The caller where authentication is off (`auth.mode: none`). */
export const anonymous: Caller = { id: 'anonymous', may: () => true };

/**
 * Declares the right that a root field needs. Every root field has one, or the schema cannot be built. It grants nothing by itself:
 * what a caller may read or do is decided below the resolvers, source by source, so that no field can bypass it.
 */
export function Needs(right: Right): MethodDecorator & PropertyDecorator {
  return Extensions({ right });
}
