import { GraphQLBoolean, GraphQLID, type GraphQLLeafType, GraphQLString, isEnumType } from 'graphql';

import { isPromise } from './execution.js';

/** The JSON text of a value that is not null. It throws where the type cannot represent the value. */
type LeafText = (value: unknown) => string;

/** Chooses how values of a scalar or an enum become JSON: as the type serialises them, with a short way for the usual values. */
export function chooseLeafText(type: GraphQLLeafType): LeafText {
  const serialise: LeafText = (value) => serialiseLeaf(type, value);
  if (type === GraphQLString || type === GraphQLID)
    return (value) => (typeof value === 'string' ? JSON.stringify(value) : serialise(value));
  if (type === GraphQLBoolean) return (value) => (typeof value === 'boolean' ? String(value) : serialise(value));
  if (!isEnumType(type)) return serialise;
  const names = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, JSON.stringify(name)]));
  return (value) => names.get(value) ?? serialise(value);
}

function serialiseLeaf(type: GraphQLLeafType, value: unknown): string {
  if (value instanceof Error || isPromise(value)) throw new TypeError('A leaf is a value.');
  const serialised: unknown = type.serialize(value);
  const text = serialised == null ? undefined : JSON.stringify(serialised);
  if (text === undefined) throw new TypeError(`${type.name} does not represent this value.`);
  return text;
}
