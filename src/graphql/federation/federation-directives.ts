import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isUnionType,
} from 'graphql';

import { maxTasksPerMutation } from '../../gateway/actions/limits.js';
import { defaultPageSize, maxPageSize } from '../../gateway/query/connection-types.js';
import { operationWeights } from '../../gateway/query/operation-limits.js';

/** The facts by which directives are chosen. */
export interface DirectiveRules {
  readonly schema: GraphQLSchema;
  readonly entities: EntityTypes;
  readonly publicParts: PublicParts;
  /** Whether the directives `@authenticated` and `@requiresScopes` are used. */
  readonly scopes: boolean;
}

const bulkWeight = operationWeights.action * maxTasksPerMutation;

const publicTag = '@tag(name: "public")';

/** The federation directives of a type, as SDL. */
export function listTypeDirectives(typeName: string, { schema, entities, publicParts, scopes }: DirectiveRules): readonly string[] {
  const isEntity = entities.has(typeName);
  return [
    ...(isEntity ? ['@key(fields: "id")'] : []),
    ...(typeName === 'PageInfo' ? ['@shareable'] : []),
    ...(publicParts.isWhole(typeName) ? [publicTag] : []),
    // Composers refuse these on interfaces.
    ...(scopes && isEntity && isObjectType(schema.getType(typeName)) ? ['@authenticated', renderScopeDirective('tasks:read')] : []),
  ];
}

/** The federation directives of a field, as SDL. */
export function listFieldDirectives(
  typeName: string,
  fieldName: string,
  { schema, publicParts, scopes }: DirectiveRules,
): readonly string[] {
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) return [];
  const isMutation = type === schema.getMutationType();
  const isRoot = isMutation || type === schema.getQueryType() || type === schema.getSubscriptionType();
  return [
    ...listSizeDirectives(field),
    ...(isMutation && acceptsManyIds(field) ? [`@cost(weight: ${bulkWeight})`] : []),
    ...(publicParts.has(typeName, fieldName) ? [publicTag] : []),
    ...(scopes && isRoot ? ['@authenticated', renderScopeDirective(requiredScope(field))] : []),
  ];
}

/** The federation directives of every argument of a field, as SDL: composers do not apply those of the field to its arguments. */
export function listArgumentDirectives(typeName: string, fieldName: string, { publicParts }: DirectiveRules): readonly string[] {
  return publicParts.has(typeName, fieldName) ? [publicTag] : [];
}

/** The default and the greatest length of a list, as the gateway enforces them. */
function listSizeDirectives(field: GraphQLField<unknown, unknown>): readonly string[] {
  const names = field.args.map(({ name }) => name);
  if (names.includes('first') && names.includes('last')) {
    const page = getNamedType(field.type);
    const lists = ['edges', 'nodes'].filter((name) => isObjectType(page) && name in page.getFields());
    const sizes = `slicingArguments: ["first", "last"], sizedFields: ${JSON.stringify(lists)}, requireOneSlicingArgument: false`;
    return [`@listSize(assumedSize: ${defaultPageSize}, ${sizes})`];
  }
  return names.includes('ids') && isListType(getNullableType(field.type)) ? [`@listSize(assumedSize: ${maxPageSize})`] : [];
}

function acceptsManyIds(field: GraphQLField<unknown, unknown>): boolean {
  return field.args.some(({ type }) => {
    const input = getNamedType(type);
    return isInputObjectType(input) && 'ids' in input.getFields();
  });
}

function renderScopeDirective(scope: string): string {
  return `@requiresScopes(scopes: [["${scope}"]])`;
}

/** The scope that a router demands for a root field: the right that the field declares with `@Needs`. */
function requiredScope({ name, extensions }: GraphQLField<unknown, unknown>): string {
  const right = extensions['right'];
  if (typeof right !== 'string') throw new Error(`The root field ${name} declares no right with @Needs.`);
  return `tasks:${right}`;
}

/** Fields of Task for operators of the control planes: the payload of the plane, and the actions. They are not public. */
const operatorFields: ReadonlySet<string> = new Set(['raw', 'retry', 'cancel']);

/** The parts of the schema that get `@tag(name: "public")`: everything that a caller who only reads can reach. */
interface PublicParts {
  /** Whether a type is public as a whole, with every field that it has or gets later. */
  isWhole(typeName: string): boolean;
  /** Whether a field is public although its type is not public as a whole. */
  has(typeName: string, fieldName: string): boolean;
}

/** Follows every field from Query and Subscription, except the operator fields. Mutations are not public. */
export function findPublicParts(schema: GraphQLSchema): PublicParts {
  const task = schema.getType('Task');
  const isTask = (type: GraphQLNamedType): boolean =>
    type === task || (isObjectType(type) && isInterfaceType(task) && schema.isSubType(task, type));
  const found = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLNamedType): void => {
    if (found.has(type)) return;
    found.add(type);
    if (isUnionType(type)) type.getTypes().forEach(visit);
    if (isInterfaceType(type)) schema.getPossibleTypes(type).forEach(visit);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) visit(getNamedType(field.type));
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    type.getInterfaces().forEach(visit);
    for (const field of Object.values(type.getFields())) {
      if (isTask(type) && operatorFields.has(field.name)) continue;
      for (const argument of field.args) visit(getNamedType(argument.type));
      visit(getNamedType(field.type));
    }
  };
  for (const root of [schema.getQueryType(), schema.getSubscriptionType()]) if (root) visit(root);
  // Clients have fragments on unions that no field has as its type.
  for (const type of Object.values(schema.getTypeMap()))
    if (isUnionType(type) && type.getTypes().every((member) => found.has(member))) visit(type);
  const names = new Set([...found].filter((type) => !isTask(type)).map(({ name }) => name));
  const inPart = new Set([...found].filter(isTask).map(({ name }) => name));
  return { isWhole: (name) => names.has(name), has: (name, field) => inPart.has(name) && !operatorFields.has(field) };
}

/** The types that other subgraphs may refer to by id, each with the object types that such a reference may resolve to. */
type EntityTypes = ReadonlyMap<string, ReadonlySet<string>>;

/** The task types of all source modules, their interface Task, sources and resources. */
export function findEntityTypes(schema: GraphQLSchema): EntityTypes {
  const task = schema.getType('Task');
  if (!isInterfaceType(task)) throw new Error('The schema has no interface Task.');
  const taskTypes = schema.getPossibleTypes(task).map(({ name }) => name);
  return new Map([
    [task.name, new Set(taskTypes)],
    ...[...taskTypes, 'TaskSource', 'TaskResource'].map((name) => [name, new Set([name])] as const),
  ]);
}
