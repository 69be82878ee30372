import { GraphQLBoolean, GraphQLID, type GraphQLLeafType, GraphQLString, isEnumType } from 'graphql';

import { computeItemCost, readFieldCost } from '../gateway/query/response-budget.js';
import { isPromise, type SelectedField, type WriteValue } from './execution.js';

/** What a compiled operation does not do. graphql-js then executes the operation, so nobody sees the message. */
export class NotCompiledError extends Error {}

/** Calls the resolver of a field, and writes what it returns. */
export function compileResolverCall(field: SelectedField, write: WriteValue): WriteValue {
  return (output, source, execution) => {
    const value = execution.resolve(field, source);
    if (isPromise(value)) execution.writeLater(output.leaveHole(), value, write);
    else write(output, value, execution);
  };
}

/** Reads the value where graphql-js would call the resolver that does the same; what that charges is charged here. */
export function compilePropertyRead({ definition, info }: SelectedField, write: WriteValue): WriteValue {
  const { name } = definition;
  const itemCost = readFieldCost(definition)?.kind === 'charged-list' ? computeItemCost(info) : 0;
  return (output, source, execution) => {
    const value = (source as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (typeof value === 'function') throw new NotCompiledError('A method is called by graphql-js.');
    if (itemCost > 0 && Array.isArray(value)) execution.chargeValues(value.length * itemCost);
    if (isPromise(value)) execution.writeLater(output.leaveHole(), value, write);
    else write(output, value, execution);
  };
}

/** Writes each item of a list. */
export function compileList(writeItem: WriteValue): WriteValue {
  return (output, value, execution) => {
    const items = toItems(value);
    let index = 0;
    output.text += '[';
    try {
      for (; index < items.length; index++) {
        if (index > 0) output.text += ',';
        const item = items[index];
        if (isPromise(item)) execution.writeLater(output.leaveHole(), item, writeItem);
        else writeItem(output, item, execution);
      }
    } catch (error) {
      execution.awaitItems(items, index + 1);
      throw error;
    }
    output.text += ']';
  };
}

function toItems(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) throw new NotCompiledError('This is no list.');
  return [...(value as Iterable<unknown>)];
}

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
