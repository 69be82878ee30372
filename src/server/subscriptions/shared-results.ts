import type { DocumentNode, ExecutionResult } from 'graphql';

type SharedResult = ExecutionResult | Promise<ExecutionResult>;

/** How long other clients may share a result, in milliseconds: as old as a read may be by default. */
const maxAgeMs = 1_000;

/**
 * Executes an event once for all clients with the same document, variables and rights. It uses the steady clock of the process and not
 * an injected one: a test of it waits for nothing, and no promise of the API depends on its time.
 */
export class SharedResults {
  readonly #byEvent = new WeakMap<
    object,
    WeakMap<DocumentNode, Map<string, { readonly result: SharedResult; readonly startedAt: number }>>
  >();

  /** `key`: the same for clients whose variables and rights are the same. */
  getOrExecute(event: unknown, document: DocumentNode, key: string, execute: () => SharedResult): SharedResult {
    if (!isObject(event)) return execute();
    const byDocument = this.#byEvent.get(event) ?? new WeakMap();
    this.#byEvent.set(event, byDocument);
    const byKey = byDocument.get(document) ?? new Map();
    byDocument.set(document, byKey);
    const now = performance.now();
    const shared = byKey.get(key);
    if (shared !== undefined && now - shared.startedAt < maxAgeMs) return shared.result;
    const result = execute();
    byKey.set(key, { result, startedAt: now });
    return result;
  }
}

/** Only objects have an identity by which an event is recognised. */
function isObject(event: unknown): event is object {
  return typeof event === 'function' || (typeof event === 'object' && event !== null);
}

/** So many of those that were used last are remembered. */
const mostRemembered = 200;

/** Longer texts, in UTF-16 units, are not remembered, so that memory is bounded too. */
const longestRemembered = 10_000;

/** Documents that were found to be right, by their texts: clients that send the same text share one, which is read once. */
export class ValidatedDocuments {
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
