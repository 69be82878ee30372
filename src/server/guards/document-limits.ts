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
  type Token,
  TokenKind,
} from 'graphql';
import QuickLru from 'quick-lru';

import type { DocumentLimits } from '../server-limits.js';

/**
 * The documents of a client are a few dozen, and rarely longer, with a few operations each. Twice 500 of them (see quick-lru) take at most
 * 8 MB, and as much again for names of operations that nobody writes.
 */
const remembered = { documents: 500, characters: 8_192, names: 20, nameCharacters: 200 };

interface CheckedDocument {
  /** What is too much, as a message for the client; null where nothing is. */
  readonly excess: string | null;
  /** The parsed document, to be handed on; null where the text was accepted before, and where it does not parse. */
  readonly document: DocumentNode | null;
}

const acceptedBefore: CheckedDocument = { excess: null, document: null };

/**
 * Enforces limits on documents before they are validated, whatever transport they came by. A new text is lexed and parsed in one pass,
 * which ends at the first token that is too much; a text that was accepted before is not parsed at all.
 *
 * Subscriptions execute the document that was parsed here. Apollo Server parses a new text once more: it accepts a parsed document only
 * as one that was validated already. That costs 0.05 to 0.1 ms beside 1.3 to 1.6 ms of validation (2 KB documents), once for each text.
 */
export class DocumentLimiter {
  readonly #limits: DocumentLimits;
  /** Texts that were accepted, and for which operations: names, and null where the request has none. */
  readonly #accepted = new QuickLru<string, Set<string | null>>({ maxSize: remembered.documents });

  constructor(limits: DocumentLimits) {
    this.#limits = limits;
  }

  check(text: string, operationName: string | null): CheckedDocument {
    if (this.#accepted.get(text)?.has(operationName) === true) return acceptedBefore;
    const checked = this.#parse(text, operationName);
    if (checked.excess === null) this.#remember(text, operationName);
    return checked;
  }

  #remember(text: string, operationName: string | null): void {
    if (text.length > remembered.characters || (operationName?.length ?? 0) > remembered.nameCharacters) return;
    const names = this.#accepted.get(text);
    if (names === undefined || names.size >= remembered.names) this.#accepted.set(text, new Set([operationName]));
    else names.add(operationName);
  }

  #parse(text: string, operationName: string | null): CheckedDocument {
    const lexer = new BoundedLexer(new Source(text), this.#limits.tokens);
    try {
      const document = parse(lexer.source, { lexer });
      return { excess: findDocumentExcess(document, operationName, this.#limits), document };
    } catch (error) {
      if (error instanceof TokenExcessError) return { excess: error.message, document: null };
      if (!(error instanceof GraphQLError)) throw error;
      // What is too much is refused as such, also behind a syntax error.
      return { excess: lexer.findExcessInRest(), document: null };
    }
  }
}

/** How deeply brackets may be nested, whatever the configuration says: the parser recurses once for each level. */
const maxNesting = 200;

/** Directives of one document. */
const maxDirectives = 100;

/** A lexer that throws at the first token that is too much, so that the parser goes no further. 0 tokens is no limit. */
class BoundedLexer extends Lexer {
  readonly #maxTokens: number;
  #tokens = 0;
  #nesting = 0;
  #directives = 0;

  constructor(source: Source, maxTokens: number) {
    super(source);
    this.#maxTokens = maxTokens;
  }

  override advance(): Token {
    const token = super.advance();
    if (token.kind !== TokenKind.EOF) this.#count(token.kind);
    return token;
  }

  /** Reads on to the end, or to the first character that begins no token; the message of what is too much, or null. */
  findExcessInRest(): string | null {
    try {
      while (this.token.kind !== TokenKind.EOF) this.advance();
      return null;
    } catch (error) {
      if (error instanceof TokenExcessError) return error.message;
      if (error instanceof GraphQLError) return null;
      throw error;
    }
  }

  #count(kind: TokenKind): void {
    this.#tokens += 1;
    if (opening.has(kind)) this.#nesting += 1;
    else if (closing.has(kind)) this.#nesting -= 1;
    else if (kind === TokenKind.AT) this.#directives += 1;
    if (exceeds(this.#tokens, this.#maxTokens)) throw new TokenExcessError('The document has more tokens than limits.tokens allows.');
    if (this.#nesting > maxNesting) throw new TokenExcessError('The document is nested too deeply.');
    if (this.#directives > maxDirectives) throw new TokenExcessError('The document has too many directives.');
  }
}

const opening: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Thrown out of the parser when a document has too many tokens of a kind; nobody but DocumentLimiter sees it. */
class TokenExcessError extends Error {
  override readonly name = 'TokenExcessError';
  readonly code = 'LIMIT_EXCEEDED';
}

/** Bounds that hold even where the configuration sets no limit: a walk must end, and validation compares duplicates in pairs. */
const absoluteLimits = { depth: 500, selections: 100_000, fragments: 500, duplicates: 100, directives: 5 };

/**
 * What is too much in a document that is not validated yet, as a message for the client; null where nothing is. The limits apply to the
 * operation that is executed, or to each where that is ambiguous. What makes validation expensive counts in the whole document.
 */
function findDocumentExcess(document: DocumentNode, operationName: string | null, limits: DocumentLimits): string | null {
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
    const metrics = measureSelections(definition.selectionSet, fragments, bounds);
    const excess =
      findValidationExcess(metrics, definition) ??
      (definition.kind === Kind.OPERATION_DEFINITION && (chosen == null || chosen === definition)
        ? findLimitExcess(metrics, definition.operation, limits)
        : null);
    if (excess !== null) return excess;
  }
  return null;
}

type ExecutableDefinition = OperationDefinitionNode | FragmentDefinitionNode;

function isExecutable(definition: DefinitionNode): definition is ExecutableDefinition {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;
}

function findValidationExcess(
  { depth, duplicates, directives }: SelectionMetrics,
  { directives: own = [] }: ExecutableDefinition,
): string | null {
  if (depth > absoluteLimits.depth) return 'The document is nested too deeply.';
  if (duplicates > absoluteLimits.duplicates) return 'The document repeats one field too often in one place.';
  return Math.max(directives, own.length) > absoluteLimits.directives ? 'The document has too many directives in one place.' : null;
}

function findLimitExcess(metrics: SelectionMetrics, operation: OperationTypeNode, limits: DocumentLimits): string | null {
  const isMutation = operation === OperationTypeNode.MUTATION;
  if (exceeds(metrics.rootFields.size, isMutation ? limits.mutationRootFields : limits.rootFields))
    return `The ${operation} has more root fields than limits.${isMutation ? 'mutationRootFields' : 'rootFields'} allows.`;
  if (exceeds(metrics.selections, limits.selections)) return 'The operation has more selections than limits.selections allows.';
  // The introspection queries of tools are deep and repeat themselves.
  if (metrics.isIntrospection) return null;
  if (exceeds(metrics.depth, limits.depth)) return 'The operation is deeper than limits.depth allows.';
  return exceeds(metrics.aliases, limits.aliases) ? 'The operation has more aliases than limits.aliases allows.' : null;
}

function exceeds(value: number, limit: number): boolean {
  return limit !== 0 && value > limit;
}

/** The size of an operation or a fragment. */
interface SelectionMetrics {
  /** Levels of fields. */
  readonly depth: number;
  /** Fields with an alias, each counted once however often its fragment is spread; without those of `mergedField`. */
  readonly aliases: number;
  /** Response names of the first level, without `__typename` and those of `mergedField`. */
  readonly rootFields: ReadonlySet<string>;
  /** Whether the first level selects nothing but the schema and `__typename`. */
  readonly isIntrospection: boolean;
  /** Fields, spreads and inline fragments that execution visits. */
  readonly selections: number;
  /** How often one response name is selected in one object, at most. */
  readonly duplicates: number;
  /** Directives on one selection, at most. */
  readonly directives: number;
}

/**
 * Routers merge fetches of one step into one operation, with an alias for each, however few root fields and aliases their client wrote. What
 * the references cost is limited when they are read.
 */
const mergedField = '_entities';

/** Where a walk ends; without both bounds, fragments that double one another would take exponential time. */
interface WalkBounds {
  readonly depth: number;
  readonly selections: number;
}

/**
 * Walks selections as execution does: selections with one response name are one field, and a fragment counts once for each object that
 * it is spread in. A walk ends when it passes its bounds; the figures are then above them.
 */
function measureSelections(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  bounds: WalkBounds,
): SelectionMetrics {
  const aliased = new Set<FieldNode>();
  const rootNames = new Set<string>();
  const rootFields = new Set<string>();
  const figures = { depth: 0, selections: 0, duplicates: 0, directives: 0 };
  const isBeyond = (): boolean => figures.depth > bounds.depth || figures.selections > bounds.selections;

  const collect = (set: SelectionSetNode, parent: ResponseObject): void => {
    for (const selection of set.selections) {
      figures.selections += 1;
      figures.directives = Math.max(figures.directives, selection.directives?.length ?? 0);
      if (isBeyond()) return;
      if (selection.kind === Kind.FIELD) {
        const { alias, name } = selection;
        const key = alias?.value ?? name.value;
        const isMerged = parent.level === 1 && name.value === mergedField;
        if (alias !== undefined && !isMerged) aliased.add(selection);
        if (parent.level === 1) rootNames.add(name.value);
        if (parent.level === 1 && name.value !== '__typename' && !isMerged) rootFields.add(key);
        const same = parent.fields.get(key) ?? [];
        same.push(selection);
        parent.fields.set(key, same);
        figures.duplicates = Math.max(figures.duplicates, same.length);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, parent);
      } else if (!parent.spread.has(selection.name.value)) {
        parent.spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet, parent);
      }
    }
  };

  const visit = (sets: readonly SelectionSetNode[], level: number): void => {
    figures.depth = Math.max(figures.depth, level);
    const parent: ResponseObject = { level, fields: new Map(), spread: new Set() };
    for (const set of sets) if (!isBeyond()) collect(set, parent);
    for (const same of parent.fields.values()) {
      const below = same.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (isBeyond()) return;
      if (below.length > 0) visit(below, level + 1);
    }
  };

  visit([root], 1);
  rootNames.delete('__typename');
  const isIntrospection = rootNames.size > 0 && [...rootNames].every((name) => name === '__schema' || name === '__type');
  return { ...figures, aliases: aliased.size, rootFields, isIntrospection };
}

/** An object of the response, whatever its type. */
interface ResponseObject {
  readonly level: number;
  /** By response name. */
  readonly fields: Map<string, FieldNode[]>;
  /** Names of the fragments that were spread in it. */
  readonly spread: Set<string>;
}

/** Whether a fragment is spread inside itself, directly or through others: Kahn's algorithm, linear in the length of the fragments. */
function hasFragmentCycle(fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  const spreads = new Map([...fragments].map(([name, { selectionSet }]) => [name, listFragmentSpreads(selectionSet)]));
  const timesSpread = new Map([...fragments.keys()].map((name) => [name, 0]));
  for (const names of spreads.values()) for (const name of names) timesSpread.set(name, (timesSpread.get(name) ?? 0) + 1);
  // Removes, one after another, fragments that no remaining one spreads; what cannot be removed is on a cycle or reached from one.
  const free = [...fragments.keys()].filter((name) => timesSpread.get(name) === 0);
  let removed = 0;
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    removed += 1;
    for (const inner of spreads.get(name) ?? []) {
      const remaining = (timesSpread.get(inner) ?? 0) - 1;
      timesSpread.set(inner, remaining);
      if (remaining === 0 && fragments.has(inner)) free.push(inner);
    }
  }
  return removed < fragments.size;
}

/** The names of all spreads below, each as often as it is written. */
function listFragmentSpreads({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) =>
    selection.kind === Kind.FRAGMENT_SPREAD
      ? [selection.name.value]
      : selection.selectionSet === undefined
        ? []
        : listFragmentSpreads(selection.selectionSet),
  );
}
