import type { ASTNode, DocumentNode } from 'graphql';

/** What carries the types of an operation: TypedDocumentNode, gql.tada's TadaDocumentNode, codegen's TypedDocumentString. */
interface Typed<Data, Variables> {
  __apiType?: (variables: Variables) => Data;
}

/** An operation: its text, or a document, whose types are those of the data and of the variables. */
export type Operation<Data, Variables> = string | ((DocumentNode | InstanceType<typeof String>) & Typed<Data, Variables>);

/** May be left out where every variable may be. */
export type VariablesArgument<Variables, Options> =
  Record<string, never> extends Variables ? [variables?: Variables, options?: Options] : [variables: Variables, options?: Options];

/** An operation as it is sent. */
export interface SerializedOperation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export function serializeOperation(
  operation: string | DocumentNode | InstanceType<typeof String>,
  variables: object | undefined,
): SerializedOperation {
  const query = typeof operation === 'object' && 'definitions' in operation ? printDocument(operation) : String(operation);
  return { query, ...(variables !== undefined && { variables: { ...variables } }) };
}

/** The text of operations and fragments. graphql-js has such a function; with it would come most of graphql-js. */
export function printDocument({ definitions }: DocumentNode): string {
  return definitions.map((definition) => print(definition)).join('\n');
}

function print(node: ASTNode | undefined): string {
  switch (node?.kind) {
    case 'OperationDefinition':
      return `${node.operation} ${print(node.name)}${list('(', node.variableDefinitions, ')')}${each(node.directives)}${print(node.selectionSet)}`;
    case 'FragmentDefinition':
      return `fragment ${print(node.name)} on ${print(node.typeCondition)}${each(node.directives)}${print(node.selectionSet)}`;
    case 'VariableDefinition':
      return `${print(node.variable)}:${print(node.type)}${node.defaultValue ? `=${print(node.defaultValue)}` : ''}${each(node.directives)}`;
    case 'SelectionSet':
      return list('{', node.selections, '}');
    case 'Field':
      return `${node.alias ? `${print(node.alias)}:` : ''}${print(node.name)}${list('(', node.arguments, ')')}${each(node.directives)}${print(node.selectionSet)}`;
    case 'FragmentSpread':
      return `...${print(node.name)}${each(node.directives)}`;
    case 'InlineFragment':
      return `...${node.typeCondition ? `on ${print(node.typeCondition)}` : ''}${each(node.directives)}${print(node.selectionSet)}`;
    case 'Directive':
      return `@${print(node.name)}${list('(', node.arguments, ')')}`;
    case 'Argument':
    case 'ObjectField':
      return `${print(node.name)}:${print(node.value)}`;
    case 'Variable':
      return `$${print(node.name)}`;
    case 'NamedType':
      return print(node.name);
    case 'ListType':
      return `[${print(node.type)}]`;
    case 'NonNullType':
      return `${print(node.type)}!`;
    case 'ListValue':
      return `[${each(node.values)}]`;
    case 'ObjectValue':
      return `{${each(node.fields)}}`;
    case 'StringValue':
      // JSON knows no escape that GraphQL does not.
      return JSON.stringify(node.value);
    case 'NullValue':
      return 'null';
    case 'Name':
    case 'IntValue':
    case 'FloatValue':
    case 'EnumValue':
    case 'BooleanValue':
      return String(node.value);
    default:
      return '';
  }
}

function each(nodes: readonly ASTNode[] = []): string {
  return nodes.map((node) => ` ${print(node)}`).join('');
}

function list(begin: string, nodes: readonly ASTNode[] = [], end: string): string {
  return nodes.length === 0 ? '' : begin + each(nodes).trim() + end;
}
