import type { DocumentNode, ExecutionResult } from 'graphql';

type Result = ExecutionResult | Promise<ExecutionResult>;

/** A result is another client's, too, for so long after it was begun, in milliseconds: as old as a read may be by default. */
const sharedMs = 1_000;

/**
 * Results of events that many clients get. Of those with the same document, variables and rights it is made for the first, and the
 * others get the same one.
 */
export class SharedResults {
  readonly #byEvent = new WeakMap<object, WeakMap<DocumentNode, Map<string, { readonly result: Result; readonly begunAt: number }>>>();

  /** `key`: the same for clients whose variables and rights are the same. */
  of(event: unknown, document: DocumentNode, key: string, execute: () => Result): Result {
    if (!isObject(event)) return execute();
    const byDocument = this.#byEvent.get(event) ?? new WeakMap();
    this.#byEvent.set(event, byDocument);
    const byKey = byDocument.get(document) ?? new Map();
    byDocument.set(document, byKey);
    const now = performance.now();
    const shared = byKey.get(key);
    if (shared !== undefined && now - shared.begunAt < sharedMs) return shared.result;
    const result = execute();
    byKey.set(key, { result, begunAt: now });
    return result;
  }
}

/** Others are not told apart. */
function isObject(event: unknown): event is object {
  return typeof event === 'function' || (typeof event === 'object' && event !== null);
}
