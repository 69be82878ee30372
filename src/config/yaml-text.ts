import { type Document, type ErrorCode, Lexer, LineCounter, parseDocument, Parser } from 'yaml';

/** A problem of the text itself. */
export interface TextProblem {
  /** In UTF-16 code units from the beginning. */
  readonly offset: number;
  readonly message: string;
}

export interface YamlText {
  readonly problems: readonly TextProblem[];
  /** Null when the text is so broken that nothing can be said of its content. */
  readonly document: Document.Parsed | null;
  position(offset: number): { readonly line: number; readonly column: number };
}

/**
 * Reads one YAML 1.2 document. Keys are strings; tags and merge keys are not known. Messages of the library are not used,
 * because they quote the text, which may hold a secret.
 */
export function readYamlText(text: string): YamlText {
  const lines = new LineCounter();
  const position = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const unfit = unfitText(text);
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
    problems: errors.map((error) => ({ offset: error.pos[0], message: expectationOf[error.code] })),
    document: document.errors.every((error) => error.code === 'DUPLICATE_KEY') ? document : null,
    position,
  };
}

/** Keys of a large map are compared with each other. */
const maxLength = 256 * 1024;
const maxDepth = 64;

/** What the YAML parser must not be given: a text that is not one, or one that would exhaust memory or the call stack. */
function unfitText(text: string): TextProblem | null {
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

const expectationOf: Readonly<Record<ErrorCode, string>> = {
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
