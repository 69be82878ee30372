import { type GraphQLSchema, parse } from 'graphql';
import QuickLru from 'quick-lru';

import type { Caller } from '../gateway/access/caller.js';
import type { Gateway } from '../gateway/gateway.js';
import type { OperationContext } from '../gateway/operation-context.js';
import { ReadLog } from '../gateway/query/read-log.js';
import { Repetition } from '../gateway/query/repetition.js';
import { AnswerStore } from './answer-store.js';
import { classifyDocument, type Keeping } from './classify-document.js';
import { type Answer, isCurrent, KeptAnswer } from './kept-answer.js';

/** A request that passed every check, and may have been answered before. */
export interface AnswerableRequest {
  /** Equal for requests that have the same answer as long as the data is the same; it covers the rights of the caller, and is short. */
  readonly key: string;
  /** The text of the document. */
  readonly document: string;
  /** When it arrived, in milliseconds since 1970; undefined: that is not known. */
  readonly arrivedAt: number | undefined;
  /** `rightsKey`: equal for callers with the same rights now. They can be withdrawn while the operation waits for a plane. */
  readonly caller: Caller & { readonly rightsKey: string };
}

/** What becomes of a request. */
type Reuse =
  | { readonly kind: 'kept'; readonly answer: Answer }
  /** It has to be executed with this operation; `finish` is called then, with null where the answer may not be kept. */
  | { readonly kind: 'execute'; readonly operation: OperationContext; readonly finish: (createAnswer: CreateAnswer | null) => void };

/** Makes of a response what is sent again; called only where it is kept. */
type CreateAnswer = () => Answer;

/** Whether an operation has the answer of an earlier one; where not, `endRun` is called when it is answered. */
type MatchResult = { readonly kind: 'same'; readonly answer: Answer } | { readonly kind: 'other'; readonly endRun: () => void };

interface AnswersOptions {
  readonly gateway: Pick<Gateway, 'createOperation' | 'now' | 'readsSharedCaches'>;
  readonly schema: GraphQLSchema;
}

/** Bounds of what is kept: of one answer as it is sent, and of all with what belongs to them. */
const limits = { answerBytes: 1_048_576, bytes: 33_554_432, entries: 2_000, reads: 2_000 };

/**
 * Documents whose class is remembered, and keys of requests that were seen once, up to twice as many (see quick-lru). Nothing is kept for
 * documents that are longer, and for requests whose headers make the key longer.
 */
const remembered = { documents: 500, documentCharacters: 8_192, keys: 1_000, keyCharacters: 4_096 };

/** The state of equal requests. */
interface Entry {
  /** The newest answer that may be used again; null: there was none yet. */
  kept: KeptAnswer | null;
  /** Resolves when an operation that is being executed for such a request is answered; null: there is none. */
  running: Promise<void> | null;
}

/**
 * Keeps answers, from the second equal request on. A later one gets the same bytes while nothing was read since and the
 * data is fresh enough, or once it has read the same; README.md explains both.
 */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #entries = new AnswerStore<Entry>(limits);
  readonly #keepings = new QuickLru<string, Keeping>({ maxSize: remembered.documents });
  readonly #seen = new QuickLru<string, true>({ maxSize: remembered.keys });

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** Whether answers to this document are never kept, as far as that is known. */
  isNeverKept(document: string): boolean {
    return document.length > remembered.documentCharacters || this.#keepings.get(document) === 'never';
  }

  /** The answer of an earlier request, where nothing was read since and its data is fresh enough for one that comes now. */
  findCurrent({ key, caller }: AnswerableRequest): Answer | null {
    const kept = this.#entries.get(key)?.kept ?? null;
    if (kept === null || !isCurrent(kept, this.#options.gateway.now()) || !this.#options.gateway.readsSharedCaches(caller)) return null;
    return kept.answer;
  }

  /** To be called where there is no current answer: reads what the earlier request has read, and compares. */
  async reuse(request: AnswerableRequest): Promise<Reuse> {
    const { gateway } = this.#options;
    const operation = gateway.createOperation(request.caller, request.arrivedAt);
    const entry = gateway.readsSharedCaches(request.caller) ? this.#findEntry(request) : null;
    if (entry === null) return { kind: 'execute', operation, finish: () => undefined };
    const { rightsKey } = request.caller;
    const log = new ReadLog();
    operation.reads.logReads(log);
    const hasSameRights = (): boolean => request.caller.rightsKey === rightsKey;
    const found = await this.#match(entry, operation);
    if (found.kind === 'same' && hasSameRights()) return { kind: 'kept', answer: found.answer };
    operation.restart();
    const finish = (createAnswer: CreateAnswer | null): void => {
      if (createAnswer !== null && hasSameRights()) this.#keep(request, entry, createAnswer, log);
      if (found.kind === 'other') found.endRun();
    };
    return { kind: 'execute', operation, finish };
  }

  /**
   * The earlier answer, or the one to an equal request that is being executed, where it comes from what this operation reads too. It does not
   * wait for that request where more is read later on: what two operations read at the same time is read once.
   */
  async #match(entry: Entry, operation: OperationContext): Promise<MatchResult> {
    const repetition = new Repetition(operation.reads);
    const tried = new Set<Answer>();
    let hasWaited = false;
    while (entry.kept?.keeping === 'until changed') {
      const { kept } = entry;
      if (!tried.has(kept.answer)) {
        tried.add(kept.answer);
        const reads = await repetition.match(kept.reads);
        if (reads === null) continue;
        if (entry.kept.answer === kept.answer) entry.kept = new KeptAnswer(kept.answer, reads, kept.keeping);
        return { kind: 'same', answer: kept.answer };
      }
      if (entry.running === null || hasWaited || !kept.readsAtOnce) break;
      hasWaited = true;
      await entry.running;
    }
    // In the same turn as the decision, so that of many equal requests only one is executed.
    return { kind: 'other', endRun: announce(entry) };
  }

  /** Null: the answer is not kept, because it may not be, or because the request is seen for the first time. */
  #findEntry({ key, document }: AnswerableRequest): Entry | null {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (key.length > remembered.keyCharacters) return null;
    if (this.#seen.get(key) !== true) {
      this.#seen.set(key, true);
      return null;
    }
    if (this.#classify(document) === 'never') return null;
    const created = { kept: null, running: null };
    this.#entries.set(key, created, 0);
    return created;
  }

  #classify(document: string): Keeping {
    const known = this.#keepings.get(document);
    if (known !== undefined) return known;
    const keeping = classifyText(this.#options.schema, document);
    this.#keepings.set(document, keeping);
    return keeping;
  }

  #keep({ key, document }: AnswerableRequest, entry: Entry, createAnswer: CreateAnswer, log: ReadLog): void {
    const reads = log.finish();
    if (reads === null) return;
    const answer = createAnswer();
    if (answer.body.length > limits.answerBytes) return;
    const kept = new KeptAnswer(answer, reads, this.#classify(document));
    // What says how long a read took is not the answer to a request that finds the data in the cache.
    if (kept.readCount > limits.reads || (kept.keeping === 'until read' && kept.hasLatency)) return;
    entry.kept = kept;
    this.#entries.set(key, entry, kept.size);
  }
}

/** Makes equal requests wait for an operation that is being executed; it ends when the returned function is called. */
function announce(entry: Entry): () => void {
  if (entry.running !== null) return () => undefined;
  const { promise, resolve } = withResolvers();
  entry.running = promise;
  return () => {
    entry.running = null;
    resolve();
  };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

function classifyText(schema: GraphQLSchema, document: string): Keeping {
  try {
    return classifyDocument(schema, parse(document, { noLocation: true }));
  } catch {
    return 'never';
  }
}
