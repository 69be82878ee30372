import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

import { isPropertyRead } from '../gateway/query/response-budget.js';
import { isLasting } from '../model/field-metadata.js';
import { collectFields, type SelectionScope } from './collect-fields.js';
import type { SelectedField, VariableValues, WriteValue } from './execution.js';
import { JsonOutput } from './json-output.js';
import { describeProperties } from './property-selections.js';
import type { SerialisedTexts } from './serialised-texts.js';
import { chooseLeafText, compileList, compilePropertyRead, compileResolverCall, NotCompiledError } from './value-writers.js';

export interface OperationParts {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The values by which `@skip` and `@include` decide; other variables have no influence on what is compiled. */
  readonly variables: VariableValues;
  /** Texts that are kept of objects that never change. */
  readonly texts: SerialisedTexts;
  /** Called for each field that is compiled, also while the operation is executed. */
  readonly onField: () => void;
}

/**
 * Compiles an operation to a function that writes its data as JSON. It throws for what is left to graphql-js, such as introspection.
 *
 * A selection of an object type becomes a list of members, each a constant text such as `"name":` and a function that writes the value.
 * Of objects that never change, adjacent members that are properties all the way down become one, whose text is kept with the object.
 * Selections of an interface or a union are compiled for each object type when a first object of it is written.
 */
export function compileOperation(parts: OperationParts): WriteValue {
  return new OperationCompiler(parts).compile();
}

/** A member of a JSON object. */
interface Member {
  /** What stands before its value, without a comma. */
  readonly lead: string;
  readonly write: WriteValue;
  /** See `describeProperties`; null: it is resolved. */
  readonly properties: string | null;
}

class OperationCompiler {
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #scope: SelectionScope;
  readonly #texts: SerialisedTexts;
  readonly #onField: () => void;
  #fieldCount = 0;

  constructor({ schema, document, operation, variables, texts, onField }: OperationParts) {
    this.#schema = schema;
    this.#onField = onField;
    this.#texts = texts;
    this.#operation = operation;
    const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    this.#scope = { schema, fragments, variables };
  }

  compile(): WriteValue {
    const root = this.#schema.getRootType(this.#operation.operation);
    if (root == null) throw new NotCompiledError('The schema has no such root.');
    return this.#compileObject(root, [this.#operation.selectionSet]);
  }

  #compileObject(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): WriteValue {
    const isKept = isLasting(type);
    const members = [...collectFields(selectionSets, type, this.#scope)].map(([key, nodes]): Member => ({
      lead: `${JSON.stringify(key)}:`,
      write: this.#compileField(type, nodes),
      properties: isKept ? describeProperties(type, key, nodes, this.#scope) : null,
    }));
    const writeMembers = compileMembers(isKept ? this.#joinProperties(members) : members);
    return (output, value, execution) => {
      output.text += '{';
      writeMembers(output, value, execution);
      output.text += '}';
    };
  }

  /** Makes one member of adjacent ones that are properties, where that saves work. */
  #joinProperties(members: readonly Member[]): readonly Member[] {
    const joined: Member[] = [];
    for (let start = 0; start < members.length;) {
      const end = findEnd(members, start);
      const run = members.slice(start, Math.max(end, start + 1));
      const signature = run.map(({ properties }) => properties).join();
      // A few short values are written as fast as their text is found.
      if (end - start >= minKeptMembers || signature.includes('{')) joined.push(this.#keepText(run, signature));
      else joined.push(...run);
      start += run.length;
    }
    return joined;
  }

  #keepText(members: readonly Member[], signature: string): Member {
    const texts = this.#texts;
    const selection = texts.selectionFor(signature);
    const writeMembers = compileMembers(members);
    const write: WriteValue = (output, value, execution) => {
      if (typeof value !== 'object' || value === null) throw new NotCompiledError('Only an object has properties.');
      const kept = texts.find(value, selection);
      if (kept !== undefined) {
        execution.chargeValues(kept.chargedValues);
        output.text += kept.text;
        return;
      }
      const [own, charged] = [new JsonOutput(), execution.chargedValues];
      writeMembers(own, value, execution);
      if (!own.isWhole) throw new NotCompiledError('A property is a promise.');
      const { text } = own;
      texts.keep(value, { selection, text, chargedValues: execution.chargedValues - charged });
      output.text += text;
    };
    return { lead: '', write, properties: signature };
  }

  #compileField(type: GraphQLObjectType, nodes: readonly FieldNode[]): WriteValue {
    const [node] = nodes;
    const name = node?.name.value ?? '';
    if (name === '__typename') {
      const text = JSON.stringify(type.name);
      return (output) => void (output.text += text);
    }
    const definition = type.getFields()[name];
    if (node === undefined || definition === undefined) throw new NotCompiledError(`${type.name}.${name} is left to graphql-js.`);
    const field = this.#createField(type, definition, node, nodes);
    const write = this.#compileValue(definition.type, field);
    return isPropertyRead(definition) ? compilePropertyRead(field, write) : compileResolverCall(field, write);
  }

  #createField(
    parentType: GraphQLObjectType,
    definition: SelectedField['definition'],
    node: FieldNode,
    fieldNodes: readonly FieldNode[],
  ): SelectedField {
    const { schema, fragments } = this.#scope;
    this.#onField();
    const info = {
      fieldName: definition.name,
      fieldNodes,
      returnType: definition.type,
      parentType,
      schema,
      fragments,
      operation: this.#operation,
    };
    const constantArguments = hasVariables(node) ? null : getArgumentValues(definition, node);
    return { index: this.#fieldCount++, definition, node, constantArguments, info };
  }

  #compileValue(type: GraphQLOutputType, field: SelectedField): WriteValue {
    if (isNonNullType(type)) {
      const write = this.#compileValue(type.ofType, field);
      return (output, value, execution) => {
        if (value == null) throw new NotCompiledError('A value is missing.');
        write(output, value, execution);
      };
    }
    const write = this.#compilePresentValue(type, field);
    return (output, value, execution) => {
      if (value == null) output.text += 'null';
      else write(output, value, execution);
    };
  }

  /** For values that are not null. */
  #compilePresentValue(type: GraphQLOutputType, field: SelectedField): WriteValue {
    if (isListType(type)) return compileList(this.#compileValue(type.ofType, field));
    if (isLeafType(type)) {
      const toText = chooseLeafText(type);
      return (output, value) => void (output.text += toText(value));
    }
    const selectionSets = field.info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (isObjectType(type)) return this.#compileCheckedObject(type, selectionSets, field);
    if (isAbstractType(type)) return this.#compileAbstract(type, selectionSets, field);
    throw new NotCompiledError('There is no such type.');
  }

  #compileAbstract(type: GraphQLAbstractType, selectionSets: readonly SelectionSetNode[], field: SelectedField): WriteValue {
    const writers = new Map<string, WriteValue>();
    const compileFor = (name: string): WriteValue => {
      const member = this.#schema.getType(name);
      if (!isObjectType(member) || !this.#schema.isSubType(type, member)) throw new NotCompiledError(`${name} is no ${type.name}.`);
      const write = this.#compileCheckedObject(member, selectionSets, field);
      writers.set(name, write);
      return write;
    };
    return (output, value, execution) => {
      if (value instanceof Error) throw value;
      const name: unknown = type.resolveType?.(value, execution.context, execution.infoFor(field), type);
      if (typeof name !== 'string') throw new NotCompiledError(`No type is known of a ${type.name}.`);
      (writers.get(name) ?? compileFor(name))(output, value, execution);
    };
  }

  #compileCheckedObject(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[], field: SelectedField): WriteValue {
    // Compiled with the first object: what no object has need not be compiled.
    let write: WriteValue | null = null;
    const { isTypeOf } = type;
    return (output, value, execution) => {
      if (value instanceof Error) throw value;
      if (isTypeOf != null && isTypeOf(value, execution.context, execution.infoFor(field)) !== true)
        throw new NotCompiledError(`This is no ${type.name}.`);
      write ??= this.#compileObject(type, selectionSets);
      write(output, value, execution);
    };
  }
}

/** Fewer adjacent properties are not kept, unless one of them is an object. */
const minKeptMembers = 3;

/** The index after the last of the adjacent properties that begin at an index. */
function findEnd(members: readonly Member[], start: number): number {
  let end = start;
  while (members[end]?.properties != null) end += 1;
  return end;
}

function compileMembers(members: readonly Member[]): WriteValue {
  const parts = members.map(({ lead, write }, index) => ({ lead: `${index === 0 ? '' : ','}${lead}`, write }));
  return (output, value, execution) => {
    for (const { lead, write } of parts) {
      output.text += lead;
      write(output, value, execution);
    }
  };
}

/** Whether any argument of a field depends on variables. */
function hasVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) visit(argument, { Variable: () => void (found = true) });
  return found;
}
