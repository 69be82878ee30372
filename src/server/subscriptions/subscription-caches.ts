import type { DocumentNode, ExecutionResult } from 'graphql';
import QuickLru from 'quick-lru';

type SharedResult = ExecutionResult | Promise<ExecutionResult>;

/** How long other clients may share a result, in milliseconds: as old as a read may be by default. */
const maxAgeMs = 1_000;

/**
 * Executes an event once for all clients with the same document, variables and rights. It uses the monotonic clock of the process and not
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

/** Longer texts, in characters, are not remembered. A parsed document takes about 0.5 kB a token, so limits.tokens bounds it too. */
const maxRememberedLength = 10_000;

/** Documents that are valid, by their texts: clients that send the same text share one, which is parsed and validated once. */
export class ValidatedDocuments {
  /** The ones used last, up to twice as many (see quick-lru). */
  readonly #documents = new QuickLru<string, DocumentNode>({ maxSize: 100 });

  /** `ruleSet`: the name, without a space, of the rules by which the document was validated. */
  get(ruleSet: string, query: string): DocumentNode | undefined {
    return this.#documents.get(`${ruleSet} ${query}`);
  }

  remember(ruleSet: string, query: string, document: DocumentNode): void {
    if (query.length <= maxRememberedLength) this.#documents.set(`${ruleSet} ${query}`, document);
  }
}
