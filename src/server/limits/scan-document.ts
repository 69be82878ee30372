import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';

/** Levels of brackets that a document has at most, whatever the configuration says: the parser goes one call deeper for each. */
const mostNesting = 200;

/** Directives that a document has at most. */
const mostDirectives = 100;

/**
 * Looks at a document before it is parsed; answers what is too much in it, in words for the client, or null. It stops at the
 * first thing that is too much, and at what is no token: what is wrong with the syntax is for the parser to say. 0 tokens is no limit.
 */
export function scanDocument(text: string, maxTokens: number): string | null {
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
