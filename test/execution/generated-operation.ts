import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

import { maxPageSize } from '../../src/gateway/query/connection-types.js';

/** A choice: a whole number from 0 to below this one. */
export type Choose = (below: number) => number;

/** What arguments refer to. */
export interface KnownValues {
  /** Ids of tasks, sources and resources; some of them known. */
  readonly ids: readonly string[];
  readonly sourceNames: readonly string[];
  /** Ids at planes. */
  readonly sourceTaskIds: readonly string[];
  readonly cursors: readonly string[];
}

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Root fields, the more often the more of its kind there are. */
const roots = ['tasks', 'tasks', 'tasks', 'nodes', 'nodes', 'node', 'task', 'taskSources', 'taskSource', 'taskFailureGroups'] as const;
const rareRoots = ['taskBySourceTaskId', '_entities', '_entities', '__typename'] as const;

const maxDepth = 7;
const maxFields = 40;

/**
 * Makes an operation that a schema allows, mostly: with aliases, fragments of both kinds, directives with and without variables, merged
 * fields, and arguments of which a few are not valid.
 */
export function generateOperation(schema: GraphQLSchema, choose: Choose, known: KnownValues): GeneratedOperation {
  return new OperationGenerator(schema, choose, known).generate();
}

class OperationGenerator {
  readonly #schema: GraphQLSchema;
  readonly #choose: Choose;
  readonly #known: KnownValues;
  readonly #definitions = new Map<string, string>();
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  #fieldCount = 0;
  #nameCount = 0;

  constructor(schema: GraphQLSchema, choose: Choose, known: KnownValues) {
    [this.#schema, this.#choose, this.#known] = [schema, choose, known];
  }

  generate(): GeneratedOperation {
    const query = this.#schema.getQueryType();
    const selections = Array.from({ length: 1 + this.#choose(3) }, () => {
      const name = this.#oneIn(12) ? this.#pick(rareRoots) : this.#pick(roots);
      const field = query?.getFields()[name];
      return field === undefined ? '__typename' : this.#field(field, 0);
    });
    const definitions = [...this.#definitions].map(([name, type]) => `$${name}: ${type}`);
    const head = definitions.length === 0 ? 'query Generated' : `query Generated(${definitions.join(', ')})`;
    return { query: [`${head} { ${selections.join(' ')} }`, ...this.#fragments].join('\n'), variables: this.#variables };
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const entries = Array.from({ length: 1 + this.#choose(5) }, () => this.#entry(type, depth)).filter((entry) => entry !== '');
    return `{ ${entries.length === 0 ? '__typename' : entries.join(' ')} }`;
  }

  #entry(type: GraphQLNamedType, depth: number): string {
    if (this.#oneIn(10)) return `${this.#oneIn(3) ? `${this.#name('t')}: ` : ''}__typename${this.#directives()}`;
    if (this.#oneIn(4) || isUnionType(type)) return this.#fragment(type, depth);
    const fields = 'getFields' in type && !isInputObjectType(type) ? Object.values(type.getFields()) : [];
    if (fields.length === 0 || this.#fieldCount >= maxFields) return '';
    return this.#field(this.#pick(fields), depth);
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    if (isCompositeType(type) && depth >= maxDepth) return '__typename';
    this.#fieldCount += 1;
    const given = field.args.filter((argument) => isNonNullType(argument.type) || this.#isLikely(argument) || this.#oneIn(5));
    const values = given.length === 0 ? '' : `(${given.map((one) => `${one.name}: ${this.#argument(one)}`).join(', ')})`;
    // Fields of one key have the same arguments; and times that the machine took are recognised by their name.
    const alias = values !== '' || (this.#oneIn(5) && field.name !== 'latencyMs') ? `${this.#name('a')}: ` : '';
    const head = `${alias}${field.name}${values}`;
    const write = (): string => `${head}${this.#directives()}${isCompositeType(type) ? ` ${this.#selection(type, depth + 1)}` : ''}`;
    return this.#oneIn(8) ? `${write()} ${write()}` : write();
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    if (depth >= maxDepth || this.#fieldCount >= maxFields) return '__typename';
    const condition = this.#pick(this.#conditionsFor(type));
    const selection = this.#selection(condition, depth + 1);
    if (this.#oneIn(3)) {
      const name = this.#name('F');
      this.#fragments.push(`fragment ${name} on ${condition.name} ${selection}`);
      const spread = `...${name}${this.#directives()}`;
      return this.#oneIn(4) ? `${spread} ...${name}` : spread;
    }
    const isBare = condition === type && this.#oneIn(2);
    return `...${isBare ? '' : ` on ${condition.name}`}${this.#directives()} ${selection}`;
  }

  /** The types that a value of this type may have. */
  #conditionsFor(type: GraphQLNamedType): readonly GraphQLNamedType[] {
    const members = this.#membersOf(type);
    return Object.values(this.#schema.getTypeMap()).filter(
      (other) => isCompositeType(other) && !other.name.startsWith('_') && this.#membersOf(other).some((name) => members.includes(name)),
    );
  }

  #membersOf(type: GraphQLNamedType): readonly string[] {
    if (isObjectType(type)) return [type.name];
    return 'getTypes' in type || ('getInterfaces' in type && isCompositeType(type))
      ? this.#schema.getPossibleTypes(type as never).map(({ name }) => name)
      : [];
  }

  #directives(): string {
    if (!this.#oneIn(9)) return '';
    const directive = (name: string): string => {
      if (this.#oneIn(2)) return ` @${name}(if: ${this.#oneIn(2)})`;
      const variable = `b${this.#choose(2)}`;
      this.#definitions.set(variable, 'Boolean!');
      this.#variables[variable] ??= this.#oneIn(2);
      return ` @${name}(if: $${variable})`;
    };
    return this.#oneIn(5) ? directive('skip') + directive('include') : directive(this.#pick(['skip', 'include']));
  }

  /** Without it, lists are as long as they may be. */
  #isLikely({ name }: GraphQLArgument): boolean {
    return name === 'first' && this.#choose(4) > 0;
  }

  #argument({ name, type }: GraphQLArgument): string {
    const value = this.#value(type, name, 0);
    if (!this.#oneIn(4)) return printLiteral(value, type);
    const variable = this.#name('v');
    this.#definitions.set(variable, String(type));
    if (this.#oneIn(40)) this.#variables[variable] = { not: 'valid' };
    else if (isNonNullType(type) || !this.#oneIn(6)) this.#variables[variable] = value;
    return `$${variable}`;
  }

  #value(type: GraphQLInputType, name: string, depth: number): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, name, depth) ?? this.#scalar(type.ofType, name);
    if (this.#oneIn(12)) return null;
    if (isListType(type)) {
      const length = this.#choose(name === 'ids' && this.#oneIn(60) ? maxPageSize + 2 : 4);
      const items = Array.from({ length }, () => this.#value(type.ofType, name, depth));
      // Routers send equal references again.
      return name === 'representations' && this.#oneIn(4) ? Array.from({ length: 5 }, () => items).flat() : items;
    }
    if (!isInputObjectType(type)) return this.#scalar(type, name);
    const fields = Object.values(type.getFields());
    const chosen = fields.filter(
      (field) => isNonNullType(field.type) || (this.#oneIn(fields.length / 2) && (depth < 2 || field.name !== 'not')),
    );
    return Object.fromEntries(chosen.map((field) => [field.name, this.#value(field.type, field.name, depth + 1)]));
  }

  #scalar(type: GraphQLInputType, name: string): unknown {
    const named = getNamedType(type);
    if (isEnumType(named)) return this.#pick(named.getValues()).name;
    const { ids, sourceNames, sourceTaskIds, cursors } = this.#known;
    if (name === 'sourceTaskId') return this.#pick(sourceTaskIds);
    if (name === 'sourceName' || name === 'sourceNames' || name === 'name') return this.#pick([...sourceNames, 'nowhere']);
    if (name === 'after' || name === 'before') return this.#oneIn(6) ? 'no cursor' : this.#pick([...cursors, '']);
    switch (named.name) {
      case 'ID':
        return this.#pick([...ids, 'nothing', 'vcf-sfo:', 'source:nowhere']);
      case 'Int':
        return name === 'maxAgeMs'
          ? this.#pick([0, 500, 1_000, 60_000, ...(this.#oneIn(6) ? [-1] : [])])
          : this.#pick([0, 1, 2, 3, 5, 20, ...(this.#oneIn(6) ? [-1, maxPageSize + 1] : [])]);
      case 'Boolean':
        return this.#oneIn(2);
      case 'DateTime':
        return this.#oneIn(30) ? 'never' : this.#pick(['2026-11-21T07:00:00.000Z', '2026-11-21T08:00:00+01:00', '2030-01-01T00:00:00Z']);
      case '_Any':
        return this.#reference();
      default:
        return this.#pick(['a', 'backup', 'é "quoted"\n', 'HOST', '']);
    }
  }

  /** A reference that a router could send; some are of another type than their id says, some are none. */
  #reference(): unknown {
    if (this.#oneIn(20)) return this.#pick(['nothing', 1, {}, { __typename: 'Nothing', id: 'x' }, { __typename: 'VcfTask', id: 5 }]);
    const { ids } = this.#known;
    return { __typename: this.#pick(['Task', 'Task', 'AstraTask', 'VcfTask', 'TaskSource', 'TaskResource']), id: this.#pick(ids) };
  }

  #name(prefix: string): string {
    this.#nameCount += 1;
    return `${prefix}${this.#nameCount}`;
  }

  #oneIn(count: number): boolean {
    return this.#choose(Math.max(1, Math.ceil(count))) === 0;
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#choose(values.length)];
    if (value === undefined) throw new Error('There is nothing to choose from.');
    return value;
  }
}

/** A value of JSON as a document has it. */
function printLiteral(value: unknown, type: GraphQLType | null): string {
  if (isNonNullType(type)) return printLiteral(value, type.ofType);
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => printLiteral(item, isListType(type) ? type.ofType : null)).join(', ')}]`;
  if (typeof value === 'string' && isEnumType(type)) return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = isInputObjectType(type) ? type.getFields() : {};
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${name}: ${printLiteral(one, fields[name]?.type ?? null)}`)
    .join(', ')} }`;
}
