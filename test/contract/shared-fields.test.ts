import { expect, test } from '@jest/globals';
import { type GraphQLAbstractType, type GraphQLOutputType, type GraphQLSchema, getNamedType, isAbstractType, isLeafType } from 'graphql';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';

const schema: GraphQLSchema = buildSchema(sourceModules);
const abstractTypes = Object.values(schema.getTypeMap())
  .filter(isAbstractType)
  .filter((type) => !type.name.startsWith('__'));

test('the schema has interfaces and unions', () => {
  expect(abstractTypes.map((type) => type.name)).toEqual(
    expect.arrayContaining(['Node', 'Task', 'TaskSubtask', 'TaskWarning', 'TaskActionError']),
  );
});

/** The exception in the contract: planes do not name every resource, whereas every task and source has a name. */
const exceptions = new Set(['TaskResource.name']);

// Otherwise a selection over the members would need aliases (GraphQL specification, Field Selection Merging), and a new source
// could break existing selections.
test.each(abstractTypes.map((type) => [type.name, type] as const))('members of %s that share a field name share its type', (_, type) => {
  const seen = new Map<string, string>();
  const conflicts: string[] = [];
  for (const [field, shape, member] of listFields(type)) {
    const before = seen.get(field) ?? shape;
    if (before !== shape) conflicts.push(`${member}.${field} is ${shape}, in other members ${before}`);
    seen.set(field, before);
  }
  expect(seen.size).toBeGreaterThan(0);
  expect(conflicts).toEqual([]);
});

function listFields(type: GraphQLAbstractType): readonly (readonly [field: string, shape: string, member: string])[] {
  return schema.getPossibleTypes(type).flatMap((member) =>
    Object.values(member.getFields())
      .filter((field) => !exceptions.has(`${member.name}.${field.name}`))
      .map((field) => [field.name, describeShape(field.type), member.name] as const),
  );
}

/** Objects merge field by field: only their lists and nullability must be equal. */
function describeShape(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  return isLeafType(named) ? String(type) : String(type).replace(named.name, 'object');
}
