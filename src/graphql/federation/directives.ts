import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';

import { defaultPageSize, maxPageSize } from '../../task/read/page/page-arguments.js';
import { mostActedOn, operationWeights } from '../../task/read/operation-weights.js';
import type { EntityTypes } from './entity-types.js';
import type { PublicParts } from './public-parts.js';
import { requiredScope } from './required-scope.js';

/** What decides on the directives of a schema. */
export interface DirectiveRules {
  readonly schema: GraphQLSchema;
  readonly entities: EntityTypes;
  readonly publicParts: PublicParts;
  /** Whether there are `@authenticated` and `@requiresScopes`. */
  readonly scopes: boolean;
}

const bulkWeight = operationWeights.action * mostActedOn;

const publicTag = '@tag(name: "public")';

/** The federation directives of a type, as SDL. */
export function directivesOfType(typeName: string, { schema, entities, publicParts, scopes }: DirectiveRules): readonly string[] {
  const isEntity = entities.has(typeName);
  return [
    ...(isEntity ? ['@key(fields: "id")'] : []),
    ...(typeName === 'PageInfo' ? ['@shareable'] : []),
    ...(publicParts.isWhole(typeName) ? [publicTag] : []),
    // Composers refuse these on interfaces.
    ...(scopes && isEntity && isObjectType(schema.getType(typeName)) ? ['@authenticated', scopeDirective('tasks:read')] : []),
  ];
}

/** The federation directives of a field, as SDL. */
export function directivesOfField(typeName: string, fieldName: string, { schema, publicParts, scopes }: DirectiveRules): readonly string[] {
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) return [];
  const isMutation = type === schema.getMutationType();
  const isRoot = isMutation || type === schema.getQueryType() || type === schema.getSubscriptionType();
  const scope = isMutation ? requiredScope(field) : 'tasks:read';
  return [
    ...listSizeOf(field),
    ...(isMutation && takesMany(field) ? [`@cost(weight: ${bulkWeight})`] : []),
    ...(publicParts.has(typeName, fieldName) ? [publicTag] : []),
    ...(scopes && isRoot ? ['@authenticated', ...(scope === null ? [] : [scopeDirective(scope)])] : []),
  ];
}

/** The federation directives of every argument of a field, as SDL: composers do not take the field's word for them. */
export function directivesOfArguments(typeName: string, fieldName: string, { publicParts }: DirectiveRules): readonly string[] {
  return publicParts.has(typeName, fieldName) ? [publicTag] : [];
}

/** The lengths that the gateway itself gives and allows. */
function listSizeOf(field: GraphQLField<unknown, unknown>): readonly string[] {
  const names = field.args.map(({ name }) => name);
  if (names.includes('first') && names.includes('last')) {
    const sizes = `slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false`;
    return [`@listSize(assumedSize: ${defaultPageSize}, ${sizes})`];
  }
  return names.includes('ids') && isListType(getNullableType(field.type)) ? [`@listSize(assumedSize: ${maxPageSize})`] : [];
}

function takesMany(field: GraphQLField<unknown, unknown>): boolean {
  return field.args.some(({ type }) => {
    const input = getNamedType(type);
    return isInputObjectType(input) && 'ids' in input.getFields();
  });
}

function scopeDirective(scope: string): string {
  return `@requiresScopes(scopes: [["${scope}"]])`;
}
