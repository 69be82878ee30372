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
 * Finds differences that would break a client of the contract, one line each. In the emitted schema, output types may be stricter and
 * input types laxer, and there may be additions, except required inputs. Introspection types are ignored.
 */
export function findSchemaDifferences(contract: GraphQLSchema, emitted: GraphQLSchema): readonly string[] {
  return Object.values(contract.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => compareTypes(type, emitted.getType(type.name)));
}

function compareTypes(contract: GraphQLNamedType, emitted: GraphQLNamedType | undefined): readonly string[] {
  const { name } = contract;
  if (emitted === undefined) return [`${name} is missing`];
  if (contract.constructor !== emitted.constructor) return [`${name} is ${emitted.constructor.name}, not ${contract.constructor.name}`];
  if (isEnumType(contract) && isEnumType(emitted))
    return findMissing(name, listNames(contract.getValues()), listNames(emitted.getValues()), 'value');
  if (isUnionType(contract) && isUnionType(emitted))
    return findMissing(name, listNames(contract.getTypes()), listNames(emitted.getTypes()), 'member');
  if (isInputObjectType(contract) && isInputObjectType(emitted)) {
    return compareInputs(name, Object.values(contract.getFields()), Object.values(emitted.getFields()), isRequiredInputField);
  }
  if (!(isObjectType(contract) || isInterfaceType(contract)) || !(isObjectType(emitted) || isInterfaceType(emitted))) return [];
  const interfaces = findMissing(name, listNames(contract.getInterfaces()), listNames(emitted.getInterfaces()), 'interface');
  const fields = Object.values(contract.getFields()).flatMap((field) => {
    const coordinate = `${name}.${field.name}`;
    const found = emitted.getFields()[field.name];
    if (found === undefined) return [`${coordinate} is missing`];
    const type = isAsStrict(found.type, field.type) ? [] : [`${coordinate} gives ${String(found.type)}, not ${String(field.type)}`];
    return [...type, ...compareInputs(coordinate, field.args, found.args, isRequiredArgument)];
  });
  return [...interfaces, ...fields];
}

function compareInputs<T extends GraphQLArgument | GraphQLInputField>(
  coordinate: string,
  contract: readonly T[],
  emitted: readonly T[],
  isRequired: (input: T) => boolean,
): readonly string[] {
  const known = contract.flatMap((input) => {
    const found = emitted.find(({ name }) => name === input.name);
    const inputCoordinate = `${coordinate}(${input.name})`;
    if (found === undefined) return [`${inputCoordinate} is missing`];
    const type = isAsStrict(input.type, found.type) ? [] : [`${inputCoordinate} takes ${String(found.type)}, not ${String(input.type)}`];
    const isSameDefault = isDeepStrictEqual(found.defaultValue, input.defaultValue);
    return isSameDefault
      ? type
      : [...type, `${inputCoordinate} is ${formatDefault(found.defaultValue)} by default, not ${formatDefault(input.defaultValue)}`];
  });
  const added = emitted.filter((input) => isRequired(input) && !contract.some(({ name }) => name === input.name));
  return [...known, ...added.map(({ name }) => `${coordinate}(${name}) is required and not in the contract`)];
}

/** Whether every value of the first type is also a value of the second. */
function isAsStrict(one: GraphQLType, other: GraphQLType): boolean {
  if (isNonNullType(other)) return isNonNullType(one) && isAsStrict(one.ofType, other.ofType);
  if (isNonNullType(one)) return isAsStrict(one.ofType, other);
  if (isListType(one) || isListType(other)) return isListType(one) && isListType(other) && isAsStrict(one.ofType, other.ofType);
  return one.name === other.name;
}

function findMissing(coordinate: string, contract: readonly string[], emitted: readonly string[], member: string): readonly string[] {
  return contract.filter((name) => !emitted.includes(name)).map((name) => `${coordinate} lacks the ${member} ${name}`);
}

function listNames(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}

function formatDefault(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
