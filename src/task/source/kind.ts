import { registerEnumType } from 'type-graphql';

/** Its values are the kinds of the source registry; the schema adds them when it is built. */
export const TaskSourceKind = {} as const;
export type TaskSourceKind = string;

registerEnumType(TaskSourceKind, {
  name: 'TaskSourceKind',
  description: 'Kind of control plane that a source connects to. Values may be added when this gateway supports further kinds.',
});
