import { getNamedType, type GraphQLField } from 'graphql';

/** Scopes are named after the rights of a grant. */
export type Scope = 'tasks:read' | 'tasks:retry' | 'tasks:cancel' | 'tasks:track';

/** By what a mutation gives, so that those of source modules have theirs too. */
const scopeOfPayload: Readonly<Record<string, Scope>> = {
  RetryTaskPayload: 'tasks:retry',
  RetryTasksPayload: 'tasks:retry',
  CancelTaskPayload: 'tasks:cancel',
  CancelTasksPayload: 'tasks:cancel',
  TrackTaskPayload: 'tasks:track',
  UntrackTaskPayload: 'tasks:track',
};

/** The scope that a router asks for before it passes a mutation on; null: whoever is authenticated. */
export function requiredScope(mutation: GraphQLField<unknown, unknown>): Scope | null {
  return scopeOfPayload[getNamedType(mutation.type).name] ?? null;
}
