import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  GraphQLError,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';

import { isJsonObject } from '../../model/scalars.js';
import { errorResponse } from '../http-error-responses.js';
import type { DocumentLimits } from './server-limits.js';

/** How many documents are remembered as fitting, and the characters of the longest. */
const remembered = { documents: 1_000, characters: 8_192 };

/** Holds documents against the limits before they are validated, whatever transport brought them. */
export class DocumentLimiter {
  readonly #limits: DocumentLimits;
  /** Documents that fit, with the name of the operation that was asked for. The oldest come first. */
  readonly #accepted = new Set<string>();

  constructor(limits: DocumentLimits) {
    this.#limits = limits;
  }

  /** What is too much, in words for the client; null where nothing is, and where the document does not parse: the parser says so. */
  findExcess(text: string, operationName: string | null | undefined): string | null {
    const key = JSON.stringify([operationName ?? null, text]);
    if (this.#accepted.has(key)) return null;
    const excess = findTokenExcess(text, this.#limits.tokens) ?? this.#parseAndFindExcess(text, operationName);
    if (excess === null && text.length <= remembered.characters) this.#remember(key);
    return excess;
  }

  #parseAndFindExcess(text: string, operationName: string | null | undefined): string | null {
    let document: DocumentNode;
    try {
      document = parse(text, { noLocation: true });
    } catch (error) {
      if (error instanceof GraphQLError) return null;
      throw error;
    }
    return findDocumentExcess(document, operationName, this.#limits);
  }

  #remember(key: string): void {
    const [oldest] = this.#accepted;
    if (oldest !== undefined && this.#accepted.size >= remembered.documents) this.#accepted.delete(oldest);
    this.#accepted.add(key);
  }
}

/** Refuses, for a route of HTTP, a document that is too much. What is no document is for the handler to refuse. */
export function enforceDocumentLimits(guard: DocumentLimiter): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    for (const { query, operationName } of readDocuments(request)) {
      const excess = guard.findExcess(query, operationName);
      if (excess !== null) return reply.code(400).send(errorResponse(excess, 'LIMIT_EXCEEDED'));
    }
  };
}

interface NamedDocument {
  readonly query: string;
  readonly operationName: string | null;
}

/** A URL may name several; which one counts is for the handler to say. */
function readDocuments({ method, url, body }: FastifyRequest): readonly NamedDocument[] {
  if (method === 'GET') {
    const start = url.indexOf('?');
    const parameters = new URLSearchParams(start === -1 ? '' : url.slice(start));
    return parameters.getAll('query').map((query) => ({ query, operationName: parameters.get('operationName') }));
  }
  if (!isJsonObject(body) || typeof body['query'] !== 'string') return [];
  const { query, operationName } = body;
  return [{ query, operationName: typeof operationName === 'string' ? operationName : null }];
}

/** What is bounded even where the configuration sets no limit: a walk must end, and validation compares duplicates in pairs. */
const absoluteLimits = { depth: 500, selections: 100_000, fragments: 500, duplicates: 100, directives: 5 };

/**
 * What is too much in a document that parses and is not validated yet, in words for the client; null where nothing is. The
 * operation that is asked for is held against the limits, or each where that cannot be told; what costs validation counts everywhere.
 */
export function findDocumentExcess(
  document: DocumentNode,
  operationName: string | null | undefined,
  limits: DocumentLimits,
): string | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  if (fragments.size > absoluteLimits.fragments) return 'The document has too many fragments.';
  if (hasFragmentCycle(fragments)) return 'A fragment of the document is spread inside itself.';
  const chosen = getOperationAST(document, operationName);
  const bounds = { depth: absoluteLimits.depth, selections: limits.selections === 0 ? absoluteLimits.selections : limits.selections };
  for (const definition of document.definitions) {
    if (!isExecutable(definition)) continue;
    const shape = measureDocument(definition.selectionSet, fragments, bounds);
    const excess =
      findValidationExcess(shape, definition) ??
      (definition.kind === Kind.OPERATION_DEFINITION && (chosen == null || chosen === definition)
        ? findLimitExcess(shape, definition.operation, limits)
        : null);
    if (excess !== null) return excess;
  }
  return null;
}

type Executable = OperationDefinitionNode | FragmentDefinitionNode;

function isExecutable(definition: DefinitionNode): definition is Executable {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;
}

function findValidationExcess({ depth, duplicates, directives }: DocumentMetrics, { directives: own = [] }: Executable): string | null {
  if (depth > absoluteLimits.depth) return 'The document is nested too deeply.';
  if (duplicates > absoluteLimits.duplicates) return 'The document repeats one field too often in one place.';
  return Math.max(directives, own.length) > absoluteLimits.directives ? 'The document has too many directives in one place.' : null;
}

function findLimitExcess(shape: DocumentMetrics, operation: OperationTypeNode, limits: DocumentLimits): string | null {
  const isMutation = operation === OperationTypeNode.MUTATION;
  if (exceeds(shape.rootFields.size, isMutation ? limits.mutationRootFields : limits.rootFields))
    return `The ${operation} has more root fields than limits.${isMutation ? 'mutationRootFields' : 'rootFields'} allows.`;
  if (exceeds(shape.selections, limits.selections)) return 'The operation has more selections than limits.selections allows.';
  // Tools that read the schema go deep, and repeat themselves.
  if (shape.isAboutSchema) return null;
  if (exceeds(shape.depth, limits.depth)) return 'The operation is deeper than limits.depth allows.';
  return exceeds(shape.aliases, limits.aliases) ? 'The operation has more aliases than limits.aliases allows.' : null;
}

function exceeds(figure: number, limit: number): boolean {
  return limit !== 0 && figure > limit;
}

/** How large a part of a document is. */
export interface DocumentMetrics {
  /** Levels of fields. */
  readonly depth: number;
  /** Fields that have an alias, each counted once. */
  readonly aliases: number;
  /** Names that the first level has in the answer, without `__typename`. */
  readonly rootFields: ReadonlySet<string>;
  /** Whether all that is asked for on the first level, besides `__typename`, is about the schema. */
  readonly isAboutSchema: boolean;
  /** Fields, spreads and inline fragments that an execution visits. */
  readonly selections: number;
  /** How often one field is written in one place, at most. */
  readonly duplicates: number;
  /** Directives at one place, at most. */
  readonly directives: number;
}

/** What a walk gives up at; both are needed, or fragments that double one another would take for ever. */
export interface WalkBounds {
  readonly depth: number;
  readonly selections: number;
}

/**
 * Walks selections as an execution does: what has one name in the answer is one field, and a fragment counts once in one place.
 * A walk that passes its bounds ends there, with figures that are above them.
 */
export function measureDocument(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  bounds: WalkBounds,
): DocumentMetrics {
  const aliased = new Set<FieldNode>();
  const rootNames = new Set<string>();
  const rootFields = new Set<string>();
  const figures = { depth: 0, selections: 0, duplicates: 0, directives: 0 };
  const isBeyond = (): boolean => figures.depth > bounds.depth || figures.selections > bounds.selections;

  const collect = (set: SelectionSetNode, place: ResponseObject): void => {
    for (const selection of set.selections) {
      figures.selections += 1;
      figures.directives = Math.max(figures.directives, selection.directives?.length ?? 0);
      if (isBeyond()) return;
      if (selection.kind === Kind.FIELD) {
        const { alias, name } = selection;
        const key = alias?.value ?? name.value;
        if (alias !== undefined) aliased.add(selection);
        if (place.level === 1) rootNames.add(name.value);
        if (place.level === 1 && name.value !== '__typename') rootFields.add(key);
        const same = place.fields.get(key) ?? [];
        same.push(selection);
        place.fields.set(key, same);
        figures.duplicates = Math.max(figures.duplicates, same.length);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, place);
      } else if (!place.spread.has(selection.name.value)) {
        place.spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet, place);
      }
    }
  };

  const visit = (sets: readonly SelectionSetNode[], level: number): void => {
    figures.depth = Math.max(figures.depth, level);
    const place: ResponseObject = { level, fields: new Map(), spread: new Set() };
    for (const set of sets) if (!isBeyond()) collect(set, place);
    for (const same of place.fields.values()) {
      const below = same.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (isBeyond()) return;
      if (below.length > 0) visit(below, level + 1);
    }
  };

  visit([root], 1);
  rootNames.delete('__typename');
  const isAboutSchema = rootNames.size > 0 && [...rootNames].every((name) => name === '__schema' || name === '__type');
  return { ...figures, aliases: aliased.size, rootFields, isAboutSchema };
}

/** One place in the answer: an object, whatever its type. */
interface ResponseObject {
  readonly level: number;
  /** By their names in the answer. */
  readonly fields: Map<string, FieldNode[]>;
  /** Fragments that were spread here. */
  readonly spread: Set<string>;
}

/** Whether a fragment is spread inside itself, directly or through others. Linear in the length of the fragments. */
export function hasFragmentCycle(fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  const spreads = new Map([...fragments].map(([name, { selectionSet }]) => [name, listFragmentSpreads(selectionSet)]));
  const timesSpread = new Map([...fragments.keys()].map((name) => [name, 0]));
  for (const names of spreads.values()) for (const name of names) timesSpread.set(name, (timesSpread.get(name) ?? 0) + 1);
  // Takes away what nobody left spreads; what cannot be taken away is in a circle, or spread by one.
  const free = [...fragments.keys()].filter((name) => timesSpread.get(name) === 0);
  let taken = 0;
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    taken += 1;
    for (const inner of spreads.get(name) ?? []) {
      const left = (timesSpread.get(inner) ?? 0) - 1;
      timesSpread.set(inner, left);
      if (left === 0 && fragments.has(inner)) free.push(inner);
    }
  }
  return taken < fragments.size;
}

/** Every spread below, as often as it is written. */
function listFragmentSpreads({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) =>
    selection.kind === Kind.FRAGMENT_SPREAD
      ? [selection.name.value]
      : selection.selectionSet === undefined
        ? []
        : listFragmentSpreads(selection.selectionSet),
  );
}

/** Levels of brackets that a document has at most, whatever the configuration says: the parser goes one call deeper for each. */
const mostNesting = 200;

/** Directives that a document has at most. */
const mostDirectives = 100;

/**
 * Looks at a document before it is parsed; answers what is too much in it, in words for the client, or null. It stops at the
 * first thing that is too much, and at what is no token: what is wrong with the syntax is for the parser to say. 0 tokens is no limit.
 */
export function findTokenExcess(text: string, maxTokens: number): string | null {
  const lexer = new Lexer(new Source(text));
  let nesting = 0;
  let directives = 0;
  try {
    for (let count = 0; ; count += 1) {
      const { kind } = lexer.advance();
      if (kind === TokenKind.EOF) return null;
      if (maxTokens !== 0 && count >= maxTokens) return 'The document has more tokens than limits.tokens allows.';
      if (opening.has(kind)) nesting += 1;
      else if (closing.has(kind)) nesting -= 1;
      else if (kind === TokenKind.AT) directives += 1;
      if (nesting > mostNesting) return 'The document is nested too deeply.';
      if (directives > mostDirectives) return 'The document has too many directives.';
    }
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

const opening: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);
