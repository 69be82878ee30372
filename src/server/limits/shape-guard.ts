import { type DocumentNode, GraphQLError, parse } from 'graphql';

import { documentExcess } from './document-excess.js';
import { scanDocument } from './scan-document.js';
import type { ShapeLimits } from './server-limits.js';

/** How many documents are remembered as fitting, and the characters of the longest. */
const remembered = { documents: 1_000, characters: 8_192 };

/** Holds documents against the limits before they are validated, whatever transport brought them. */
export class ShapeGuard {
  readonly #limits: ShapeLimits;
  /** Documents that fit, with the name of the operation that was asked for. The oldest come first. */
  readonly #fitting = new Set<string>();

  constructor(limits: ShapeLimits) {
    this.#limits = limits;
  }

  /** What is too much, in words for the client; null where nothing is, and where the document does not parse: the parser says so. */
  excess(text: string, operationName: string | null | undefined): string | null {
    const key = JSON.stringify([operationName ?? null, text]);
    if (this.#fitting.has(key)) return null;
    const excess = scanDocument(text, this.#limits.tokens) ?? this.#excessOfParsed(text, operationName);
    if (excess === null && text.length <= remembered.characters) this.#remember(key);
    return excess;
  }

  #excessOfParsed(text: string, operationName: string | null | undefined): string | null {
    let document: DocumentNode;
    try {
      document = parse(text, { noLocation: true });
    } catch (error) {
      if (error instanceof GraphQLError) return null;
      throw error;
    }
    return documentExcess(document, operationName, this.#limits);
  }

  #remember(key: string): void {
    const [oldest] = this.#fitting;
    if (oldest !== undefined && this.#fitting.size >= remembered.documents) this.#fitting.delete(oldest);
    this.#fitting.add(key);
  }
}
