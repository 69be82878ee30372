import type { DocumentNode } from 'graphql';
import QuickLru from 'quick-lru';

/** How long other clients may share an answer, in milliseconds: as old as a read may be by default. */
const maxAgeMs = 1_000;

/**
 * Answers to one event that are kept, those that were made first. Where thousands of clients have variables of their own, no other client
 * could use most of them.
 */
const maxAnswers = 200;

/** The answers to one event. */
interface AnswersToEvent<T> {
  /** By document, and then by a key for variables and rights. */
  readonly byDocument: WeakMap<DocumentNode, Map<string, SharedAnswer<T>>>;
  count: number;
}

interface SharedAnswer<T> {
  /** The promise until it is fulfilled. */
  answer: T | Promise<T>;
  readonly startedAt: number;
}

/**
 * Answers an event once for all clients with the same document, variables and rights. Answers are kept for one to two seconds: an event may
 * be kept as long as its task. It uses the monotonic clock of the process and not an injected one: a test of it waits for nothing, and no
 * promise of the API depends on its time.
 */
export class SharedAnswers<T> {
  #current = new WeakMap<object, AnswersToEvent<T>>();
  #previous = new WeakMap<object, AnswersToEvent<T>>();
  #currentSince = -Infinity;

  /** `key`: the same for clients whose variables and rights are the same. */
  getOrCreate(event: unknown, document: DocumentNode, key: string, create: () => T | Promise<T>): T | Promise<T> {
    if (!isObject(event)) return create();
    const now = performance.now();
    this.#forgetBefore(now);
    const known = findAnswer(this.#current.get(event), document, key) ?? findAnswer(this.#previous.get(event), document, key);
    if (known !== undefined && now - known.startedAt < maxAgeMs) return known.answer;
    const answer = create();
    const answers: AnswersToEvent<T> = this.#current.get(event) ?? { byDocument: new WeakMap(), count: 0 };
    if (answers.count === maxAnswers) return answer;
    answers.count += 1;
    this.#current.set(event, answers);
    const byKey = answers.byDocument.get(document) ?? new Map<string, SharedAnswer<T>>();
    answers.byDocument.set(document, byKey);
    const shared: SharedAnswer<T> = { answer, startedAt: now };
    byKey.set(key, shared);
    if (answer instanceof Promise) {
      const keep = (value: T): void => void (shared.answer = value);
      answer.then(keep, () => undefined);
    }
    return answer;
  }

  #forgetBefore(now: number): void {
    if (now - this.#currentSince < maxAgeMs) return;
    this.#previous = this.#current;
    this.#current = new WeakMap();
    this.#currentSince = now;
  }
}

function findAnswer<T>(answers: AnswersToEvent<T> | undefined, document: DocumentNode, key: string): SharedAnswer<T> | undefined {
  return answers?.byDocument.get(document)?.get(key);
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
