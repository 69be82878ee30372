import type { DocumentNode } from 'graphql';

/** So many of those that were used last are remembered. */
const mostRemembered = 200;

/** Longer texts, in UTF-16 units, are not remembered, so that memory is bounded too. */
const longestRemembered = 10_000;

/** Documents that were found to be right, by their texts: clients that send the same text share one, which is read once. */
export class ValidDocuments {
  readonly #remembered = new Map<string, DocumentNode>();

  /** `rules`: what it was held against. */
  get(rules: string, query: string): DocumentNode | undefined {
    const key = `${rules} ${query}`;
    const document = this.#remembered.get(key);
    if (document === undefined) return undefined;
    this.#remembered.delete(key);
    this.#remembered.set(key, document);
    return document;
  }

  remember(rules: string, query: string, document: DocumentNode): void {
    if (query.length > longestRemembered) return;
    this.#remembered.set(`${rules} ${query}`, document);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > mostRemembered && oldest !== undefined) this.#remembered.delete(oldest);
  }
}
