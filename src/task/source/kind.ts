import { registerEnumType } from 'type-graphql';

/** Its values are the kinds of the source registry; the schema adds them when it is built. */
export const TaskSourceKind = {} as const;
export type TaskSourceKind = string;

registerEnumType(TaskSourceKind, {
  name: 'TaskSourceKind',
  description: 'Kind of control plane. Derived from the source registry. New values may come.',
});
