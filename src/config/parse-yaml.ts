import {
  type Alias,
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Parser,
} from 'yaml';

import { type Path, pathKey } from './path.js';
import type { ValueProblem } from './problems.js';

/** A problem of the text itself. */
export interface TextProblem {
  /** In UTF-16 code units from the beginning. */
  readonly offset: number;
  readonly message: string;
}

export interface ParsedYaml {
  readonly problems: readonly TextProblem[];
  /** Null when the text is so broken that nothing can be said of its content. */
  readonly document: Document.Parsed | null;
  position(offset: number): { readonly line: number; readonly column: number };
}

/**
 * Reads one YAML 1.2 document. Keys are strings; tags and merge keys are not known. Messages of the library are not used,
 * because they quote the text, which may hold a secret.
 */
export function parseYamlText(text: string): ParsedYaml {
  const lines = new LineCounter();
  const position = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const unfit = findUnusableText(text);
  if (unfit !== null) {
    lines.addNewLine(0);
    for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1);
    return { problems: [unfit], document: null, position };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
  });
  // What follows an unexpected character is rarely expected either.
  const told = document.errors.filter(({ code }, index, all) => code !== 'UNEXPECTED_TOKEN' || all[index - 1]?.code !== code);
  const errors = [...told, ...document.warnings];
  return {
    problems: errors.map((error) => ({ offset: error.pos[0], message: yamlErrorMessages[error.code] })),
    document: document.errors.every((error) => error.code === 'DUPLICATE_KEY') ? document : null,
    position,
  };
}

/** Keys of a large map are compared with each other. */
const maxLength = 256 * 1024;
const maxDepth = 64;

/** What the YAML parser must not be given: a text that is not one, or one that would exhaust memory or the call stack. */
function findUnusableText(text: string): TextProblem | null {
  if (text.length > maxLength) return { offset: 0, message: 'expected at most 256 KiB of text' };
  // A decoder puts U+FFFD where bytes are not UTF-8; other control characters are not allowed in YAML.
  const odd = /\uFFFD|(?![\t\n\r\u0085])\p{Cc}/u.exec(text);
  if (odd !== null) return { offset: odd.index, message: 'expected UTF-8 text without control characters' };
  const parser = new Parser();
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // The loop draws the tokens, of which only the depth counts.
    for (const _ of parser.next(lexeme)) continue;
    if (parser.stack.length > maxDepth) return { offset, message: 'expected less nesting' };
    offset = parser.offset;
  }
  return null;
}

const yamlErrorMessages: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'expected an alias (*name) without an anchor or a tag of its own',
  BAD_ALIAS: 'expected a name behind & or *, one that does not end in a colon',
  BAD_COLLECTION_TYPE: 'expected no tag; tags (!name) are not used here',
  BAD_DIRECTIVE: 'expected no directive; a line that begins with % is one',
  BAD_DQ_ESCAPE: 'expected an escape that YAML knows; a backslash in double quotes is written \\\\',
  BAD_INDENT: 'expected other indentation, or the bracket that closes what was opened before',
  BAD_PROP_ORDER: 'expected anchors and tags directly before their value',
  BAD_SCALAR_START: 'expected quotes around text that begins with this character',
  BLOCK_AS_IMPLICIT_KEY: 'expected one "key: value" a line',
  BLOCK_IN_FLOW: 'expected no indented block inside brackets or braces',
  DUPLICATE_KEY: 'expected this key only once',
  IMPOSSIBLE: 'expected YAML',
  KEY_OVER_1024_CHARS: 'expected a key of at most 1024 characters',
  MISSING_CHAR: 'expected a character that is missing here: a closing quote or bracket, a comma, a colon, or a space behind a colon',
  MULTILINE_IMPLICIT_KEY: 'expected a colon behind the key, on the line of the key',
  MULTIPLE_ANCHORS: 'expected at most one anchor',
  MULTIPLE_DOCS: 'expected one document; a line --- begins another',
  MULTIPLE_TAGS: 'expected no tags',
  NON_STRING_KEY: 'expected a plain text as key',
  RESOURCE_EXHAUSTION: 'expected less nesting',
  TAB_AS_INDENT: 'expected spaces for indentation, not tabs',
  TAG_RESOLVE_FAILED: 'expected no tag; text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'expected something else in this place; text with special characters, such as ${NAME} inside braces, needs quotes',
};

/** The content of the file as plain, fresh objects, and where in the text each value stands. */
export interface PlainValues {
  readonly value: unknown;
  readonly problems: readonly ValueProblem[];
  /** By pathKey. */
  readonly offsets: ReadonlyMap<string, TextOffsets>;
}

/** Offsets in the text. */
export interface TextOffsets {
  readonly key: number;
  readonly value: number;
}

/** Follows aliases, fills in variables, and takes a key without a value for absent. */
export function toPlainValues(document: Document.Parsed, environment: Readonly<Record<string, string | undefined>>): PlainValues {
  const findings: ValueProblem[] = [];
  const places = new Map<string, TextOffsets>();
  const following = new Set<Node>();
  let valuesLeft = maxValues;
  let aliasesLeft = maxAliases;

  const find = (path: Path, at: ValueProblem['at'], message: string): undefined => {
    findings.push({ path, at, message });
  };

  const valueOf = (node: unknown, path: Path): unknown => {
    valuesLeft -= 1;
    if (valuesLeft < 0) return valuesLeft === -1 ? find(path, 'value', 'expected fewer values; aliases repeat theirs') : undefined;
    if (isAlias(node)) return aliased(node, path);
    if (isSeq(node)) return node.items.map((item, index) => elementOf(item, [...path, index]));
    if (isMap(node)) return recordOf(node.items, path);
    const value: unknown = isScalar(node) ? node.value : null;
    return typeof value === 'string' ? textOf(value, path) : value;
  };

  const aliased = (alias: Alias, path: Path): unknown => {
    aliasesLeft -= 1;
    if (aliasesLeft < 0) return aliasesLeft === -1 ? find(path, 'value', `expected at most ${maxAliases} aliases`) : undefined;
    const target = alias.resolve(document);
    if (target === undefined)
      return find(path, 'value', 'expected an alias (*name) of an anchor (&name) further up; other text that begins with * needs quotes');
    if (following.has(target)) return find(path, 'value', 'expected an alias of something else than what it is part of');
    following.add(target);
    const value = valueOf(target, path);
    following.delete(target);
    return value;
  };

  const elementOf = (item: unknown, path: Path): unknown => {
    const start = findStart(item) ?? places.get(pathKey(path.slice(0, -1)))?.value ?? 0;
    places.set(pathKey(path), { key: start, value: start });
    return valueOf(item, path);
  };

  const recordOf = (pairs: readonly Pair[], path: Path): Record<string, unknown> => {
    const record: Record<string, unknown> = {};
    for (const pair of pairs) {
      if (!isScalar(pair.key)) continue;
      const name = String(pair.key.value);
      const keyStart = findStart(pair.key) ?? 0;
      places.set(pathKey([...path, name]), { key: keyStart, value: findStart(pair.value) ?? keyStart });
      const value = valueOf(pair.value, [...path, name]);
      // Assigned, it would change the prototype instead of adding a key.
      if (name === '__proto__') find([...path, name], 'key', 'unknown key');
      else record[name] = value ?? undefined;
    }
    return record;
  };

  const textOf = (text: string, path: Path): string => {
    const substituted = substituteVariables(text, environment);
    for (const message of substituted.problems) find(path, 'value', message);
    return substituted.text;
  };

  const root = document.contents;
  const start = findStart(root) ?? 0;
  places.set(pathKey([]), { key: start, value: start });
  return { value: valueOf(root, []), problems: findings, offsets: places };
}

/** Aliases of aliases grow exponentially ("billion laughs"), and each is looked up in the whole text. */
const maxAliases = 100;
const maxValues = 50_000;

/** Undefined for a value that is not written at all. */
function findStart(node: unknown): number | undefined {
  if (isScalar(node) && node.value === null && (node.source ?? '') === '') return undefined;
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/** A text with its variables filled in, and what was wrong with them. */
export interface Substitution {
  readonly text: string;
  /** What was expected, one a wrong variable. */
  readonly problems: readonly string[];
}

/**
 * Replaces `${NAME}` by the variable of the environment and `$$` by a dollar; any other dollar stays. What is filled in
 * is not looked at again. The name of a variable is shown in messages, its value never.
 */
export function substituteVariables(text: string, environment: Readonly<Record<string, string | undefined>>): Substitution {
  const expected: string[] = [];
  const filled = text.replace(variablePattern, (whole: string, name: string | undefined) => {
    if (whole === '$$') return '$';
    if (name === undefined) {
      expected.push('expected ${NAME}, a name of letters, digits and _; a dollar before { is written $$');
      return whole;
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) expected.push(`expected the environment variable ${name}, which is not set`);
    return value ?? whole;
  });
  return { text: filled, problems: expected };
}

const variablePattern = /\$\$|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g;
