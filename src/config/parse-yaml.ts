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
  visit,
} from 'yaml';

import { type Path, pathKey } from './path.js';
import type { ValueProblem } from './problems.js';

/** A problem of the YAML text itself. */
interface TextProblem {
  /** UTF-16 code units from the beginning. */
  readonly offset: number;
  readonly message: string;
}

export interface ParsedYaml {
  readonly problems: readonly TextProblem[];
  /** Null when the text is too broken to read values from it. */
  readonly document: Document.Parsed | null;
  position(offset: number): { readonly line: number; readonly column: number };
}

/**
 * Parses one YAML 1.2 document, with or without a byte order mark. Keys are strings; tags and merge keys are not supported. The
 * messages of the library are replaced, because they quote the text, which may contain a secret.
 */
export function parseYamlText(textOfFile: string): ParsedYaml {
  const text = textOfFile.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const position = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const unusable = findUnusableText(text);
  if (unusable !== null) {
    lines.addNewLine(0);
    for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1);
    return { problems: [unusable], document: null, position };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    // The library compares every key of a map with every other one; `findRepeatedKeys` does not.
    uniqueKeys: false,
  });
  // One unexpected character makes the parser report what follows it as well.
  const reported = document.errors.filter(({ code }, index, all) => code !== 'UNEXPECTED_TOKEN' || all[index - 1]?.code !== code);
  const errors = [...reported, ...document.warnings];
  return {
    problems: [
      ...errors.map((error) => ({ offset: error.pos[0], message: yamlErrorMessages[error.code] })),
      ...findRepeatedKeys(document).map((offset) => ({ offset, message: yamlErrorMessages.DUPLICATE_KEY })),
    ],
    document: document.errors.length === 0 ? document : null,
    position,
  };
}

/** Where keys stand that their map has already. */
function findRepeatedKeys(document: Document.Parsed): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) offsets.push(findStart(key) ?? 0);
        names.add(key.value);
      }
    },
  });
  return offsets;
}

/** Several times as long as the longest configuration that makes sense. */
const maxLength = 256 * 1024;
const maxDepth = 64;

/** A reason not to give the text to the YAML parser: it is not text, or would exhaust memory or the call stack. */
function findUnusableText(text: string): TextProblem | null {
  if (text.length > maxLength) return { offset: 0, message: 'expected at most 256 KiB of text' };
  // A decoder puts U+FFFD where bytes are not UTF-8; other control characters are not allowed in YAML.
  const invalid = /\uFFFD|(?![\t\n\r\u0085])\p{Cc}/u.exec(text);
  if (invalid !== null) return { offset: invalid.index, message: 'expected UTF-8 text without control characters' };
  const parser = new Parser();
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // The generator has to be drained; only the depth of its stack matters.
    for (const _ of parser.next(lexeme)) continue;
    if (parser.stack.length > maxDepth) return { offset, message: 'expected less nesting' };
    offset = parser.offset;
  }
  return null;
}

const yamlErrorMessages: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'expected an alias (*name) without an anchor or a tag of its own',
  BAD_ALIAS: 'expected a name after & or *, one that does not end in a colon',
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
  MISSING_CHAR: 'expected a character that is missing here: a closing quote or bracket, a comma, a colon, or a space after a colon',
  MULTILINE_IMPLICIT_KEY: 'expected a colon after the key, on the line of the key',
  MULTIPLE_ANCHORS: 'expected at most one anchor',
  MULTIPLE_DOCS: 'expected one document; a line --- begins another',
  MULTIPLE_TAGS: 'expected no tags',
  NON_STRING_KEY: 'expected a plain text as key',
  RESOURCE_EXHAUSTION: 'expected less nesting',
  TAB_AS_INDENT: 'expected spaces for indentation, not tabs',
  TAG_RESOLVE_FAILED: 'expected no tag; text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'expected something else in this place; text with special characters, such as ${NAME} inside braces, needs quotes',
};

/** The content of the file as plain objects, and where in the text each value stands. */
interface PlainValues {
  readonly value: unknown;
  readonly problems: readonly ValueProblem[];
  /** By pathKey. */
  readonly offsets: ReadonlyMap<string, TextOffsets>;
}

/** Where a key and its value begin in the text. */
export interface TextOffsets {
  readonly key: number;
  readonly value: number;
}

/** Resolves aliases, substitutes variables, and leaves out keys without a value. */
export function toPlainValues(document: Document.Parsed, environment: Readonly<Record<string, string | undefined>>): PlainValues {
  return new PlainValueReader(document, environment).read();
}

/** Aliases of aliases grow exponentially ("billion laughs"), and each alias is looked up in the whole text. */
const maxAliases = 100;
const maxValues = 50_000;

class PlainValueReader {
  readonly #document: Document.Parsed;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #problems: ValueProblem[] = [];
  readonly #offsets = new Map<string, TextOffsets>();
  /** The targets of the aliases that are being resolved, to detect an alias inside its own target. */
  readonly #openTargets = new Set<Node>();
  #valuesLeft = maxValues;
  #aliasesLeft = maxAliases;

  constructor(document: Document.Parsed, environment: Readonly<Record<string, string | undefined>>) {
    this.#document = document;
    this.#environment = environment;
  }

  read(): PlainValues {
    const root = this.#document.contents;
    const start = findStart(root) ?? 0;
    this.#offsets.set(pathKey([]), { key: start, value: start });
    return { value: this.#readValue(root, []), problems: this.#problems, offsets: this.#offsets };
  }

  #readValue(node: unknown, path: Path): unknown {
    this.#valuesLeft -= 1;
    // Reported once, for the first value that is too many.
    if (this.#valuesLeft === -1) this.#report(path, 'value', 'expected fewer values; aliases repeat theirs');
    if (this.#valuesLeft < 0) return undefined;
    if (isAlias(node)) return this.#readAlias(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.#readElement(item, [...path, index]));
    if (isMap(node)) return this.#readMap(node.items, path);
    const value: unknown = isScalar(node) ? node.value : null;
    return typeof value === 'string' ? this.#readText(value, path) : value;
  }

  #readAlias(alias: Alias, path: Path): unknown {
    this.#aliasesLeft -= 1;
    if (this.#aliasesLeft === -1) this.#report(path, 'value', `expected at most ${maxAliases} aliases`);
    if (this.#aliasesLeft < 0) return undefined;
    const target = alias.resolve(this.#document);
    if (target === undefined) {
      this.#report(path, 'value', 'expected an alias (*name) of an anchor (&name) further up; other text that begins with * needs quotes');
      return undefined;
    }
    if (this.#openTargets.has(target)) {
      this.#report(path, 'value', 'expected an alias of something else than what it is part of');
      return undefined;
    }
    this.#openTargets.add(target);
    const value = this.#readValue(target, path);
    this.#openTargets.delete(target);
    return value;
  }

  #readElement(item: unknown, path: Path): unknown {
    const start = findStart(item) ?? this.#offsets.get(pathKey(path.slice(0, -1)))?.value ?? 0;
    this.#offsets.set(pathKey(path), { key: start, value: start });
    return this.#readValue(item, path);
  }

  #readMap(pairs: readonly Pair[], path: Path): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (const pair of pairs) {
      if (!isScalar(pair.key)) continue;
      const name = String(pair.key.value);
      const keyStart = findStart(pair.key) ?? 0;
      this.#offsets.set(pathKey([...path, name]), { key: keyStart, value: findStart(pair.value) ?? keyStart });
      const value = this.#readValue(pair.value, [...path, name]);
      // An assignment would change the prototype instead of adding a key.
      if (name === '__proto__') this.#report([...path, name], 'key', 'unknown key');
      else record[name] = value ?? undefined;
    }
    return record;
  }

  #readText(text: string, path: Path): string {
    const substituted = substituteVariables(text, this.#environment);
    for (const message of substituted.problems) this.#report(path, 'value', message);
    return substituted.text;
  }

  #report(path: Path, at: ValueProblem['at'], message: string): void {
    this.#problems.push({ path, at, message });
  }
}

/** Where a node begins; undefined for a value that is not written at all. */
function findStart(node: unknown): number | undefined {
  if (isScalar(node) && node.value === null && (node.source ?? '') === '') return undefined;
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}

interface Substitution {
  /** The text with its variables substituted. */
  readonly text: string;
  /** What was expected, one message for each wrong variable. */
  readonly problems: readonly string[];
}

/**
 * Replaces `${NAME}` by the environment variable and `$$` by a dollar sign; any other dollar sign stays. Values are not
 * substituted again. Messages show the name of a variable, never its value.
 */
function substituteVariables(text: string, environment: Readonly<Record<string, string | undefined>>): Substitution {
  const problems: string[] = [];
  const substituted = text.replace(variablePattern, (whole: string, name: string | undefined) => {
    if (whole === '$$') return '$';
    if (name === undefined) {
      problems.push('expected ${NAME}, a name of letters, digits and _; a dollar before { is written $$');
      return whole;
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) problems.push(`expected the environment variable ${name}, which is not set`);
    return value ?? whole;
  });
  return { text: substituted, problems };
}

const variablePattern = /\$\$|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g;
