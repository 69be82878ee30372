import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import { isDeepStrictEqual } from 'node:util';

/**
 * What a client of the contract would miss or stumble over in the emitted schema, one line each. Outputs may be
 * stricter, inputs laxer, and there may be more of everything, but nothing more that is required. Introspection's own types are left out.
 */
export function schemaDifferences(contract: GraphQLSchema, emitted: GraphQLSchema): readonly string[] {
  return Object.values(contract.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => typeDifferences(type, emitted.getType(type.name)));
}

function typeDifferences(contract: GraphQLNamedType, emitted: GraphQLNamedType | undefined): readonly string[] {
  const { name } = contract;
  if (emitted === undefined) return [`${name} is missing`];
  if (contract.constructor !== emitted.constructor) return [`${name} is ${emitted.constructor.name}, not ${contract.constructor.name}`];
  if (isEnumType(contract) && isEnumType(emitted))
    return missing(name, namesOf(contract.getValues()), namesOf(emitted.getValues()), 'value');
  if (isUnionType(contract) && isUnionType(emitted))
    return missing(name, namesOf(contract.getTypes()), namesOf(emitted.getTypes()), 'member');
  if (isInputObjectType(contract) && isInputObjectType(emitted)) {
    return inputDifferences(name, Object.values(contract.getFields()), Object.values(emitted.getFields()), isRequiredInputField);
  }
  if (!(isObjectType(contract) || isInterfaceType(contract)) || !(isObjectType(emitted) || isInterfaceType(emitted))) return [];
  const interfaces = missing(name, namesOf(contract.getInterfaces()), namesOf(emitted.getInterfaces()), 'interface');
  const fields = Object.values(contract.getFields()).flatMap((field) => {
    const place = `${name}.${field.name}`;
    const found = emitted.getFields()[field.name];
    if (found === undefined) return [`${place} is missing`];
    const type = isAsStrict(found.type, field.type) ? [] : [`${place} gives ${String(found.type)}, not ${String(field.type)}`];
    return [...type, ...inputDifferences(place, field.args, found.args, isRequiredArgument)];
  });
  return [...interfaces, ...fields];
}

function inputDifferences<T extends GraphQLArgument | GraphQLInputField>(
  place: string,
  contract: readonly T[],
  emitted: readonly T[],
  isRequired: (input: T) => boolean,
): readonly string[] {
  const known = contract.flatMap((input) => {
    const found = emitted.find(({ name }) => name === input.name);
    const where = `${place}(${input.name})`;
    if (found === undefined) return [`${where} is missing`];
    const type = isAsStrict(input.type, found.type) ? [] : [`${where} takes ${String(found.type)}, not ${String(input.type)}`];
    const isSameDefault = isDeepStrictEqual(found.defaultValue, input.defaultValue);
    return isSameDefault ? type : [...type, `${where} is ${shown(found.defaultValue)} by default, not ${shown(input.defaultValue)}`];
  });
  const added = emitted.filter((input) => isRequired(input) && !contract.some(({ name }) => name === input.name));
  return [...known, ...added.map(({ name }) => `${place}(${name}) is required and not in the contract`)];
}

/** Whether every value of the one type is a value of the other. */
function isAsStrict(one: GraphQLType, other: GraphQLType): boolean {
  if (isNonNullType(other)) return isNonNullType(one) && isAsStrict(one.ofType, other.ofType);
  if (isNonNullType(one)) return isAsStrict(one.ofType, other);
  if (isListType(one) || isListType(other)) return isListType(one) && isListType(other) && isAsStrict(one.ofType, other.ofType);
  return one.name === other.name;
}

function missing(place: string, contract: readonly string[], emitted: readonly string[], what: string): readonly string[] {
  return contract.filter((name) => !emitted.includes(name)).map((name) => `${place} lacks the ${what} ${name}`);
}

function namesOf(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
