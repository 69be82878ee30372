import { type FieldNode, getNamedType, type GraphQLObjectType, isAbstractType, isObjectType, type SelectionSetNode } from 'graphql';

import { computeItemCost, isPropertyRead, readFieldCost } from '../gateway/query/response-budget.js';
import { collectFields, type SelectionScope } from './collect-fields.js';

/**
 * Describes a field whose text depends on nothing but its object: it, and all that is selected below it, is read from properties. Fields
 * with the same description have the same text of the same object, in any operation. Null: a resolver is called for something.
 */
export function describeProperties(
  type: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
  scope: SelectionScope,
): string | null {
  const name = nodes[0]?.name.value ?? '';
  if (name === '__typename') return `${key}:${name}`;
  const definition = type.getFields()[name];
  if (definition === undefined || !isPropertyRead(definition)) return null;
  const named = getNamedType(definition.type);
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  // What an item costs also depends on what is selected of it twice.
  const cost =
    readFieldCost(definition)?.kind === 'charged-list'
      ? `*${computeItemCost({ ...scope, fieldNodes: nodes, returnType: definition.type })}`
      : '';
  const types = isObjectType(named) ? [named] : isAbstractType(named) ? scope.schema.getPossibleTypes(named) : [];
  const below = types.map((one) => describeSelection(one, selectionSets, scope));
  return below.includes(null) ? null : `${key}:${name}${cost}${below.join('')}`;
}

function describeSelection(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[], scope: SelectionScope): string | null {
  const fields = [...collectFields(selectionSets, type, scope)].map(([key, nodes]) => describeProperties(type, key, nodes, scope));
  return fields.includes(null) ? null : `{${type.name} ${fields.join()}}`;
}
