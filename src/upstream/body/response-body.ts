import { hash } from 'node:crypto';

import { runAtOnce, runInSlices, type Steps } from '../../lib/slices.js';
import { isJsonObject } from '../../model/scalars.js';
import { isJsonDepthWithin, maxJsonDepth } from './json-depth.js';
import { JsonList, type ListItem, ValueItem } from './json-list.js';

/** What `JSON.parse` says of a body. */
type ParsedBody =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `cause`: the error of `JSON.parse`; null where it was not called, because the text is nested too deeply. */
  | { readonly kind: 'error'; readonly cause: unknown };

interface ResponseBodyOptions {
  /** Texts that are replaced before the body is read. */
  readonly secrets?: readonly string[];
  /** The member of the body that has a long list; null: none is known. */
  readonly listMember?: string | null;
  /** The list in the body before, when there is one. */
  readonly previousList?: JsonList | null;
  /** Called when the body was read and should be kept for comparison with the next one. */
  readonly onKeep?: (body: ResponseBody) => void;
}

/**
 * The body of a response, decoded and parsed when somebody needs it. While a plane sends the same bytes for one URL and
 * credential, all its responses share one body (`BodyMemory`), so that what was read of it can be found by its identity.
 */
export class ResponseBody implements ListItem {
  readonly bytes: Buffer;
  readonly #secrets: readonly string[];
  readonly #onKeep: ((body: ResponseBody) => void) | null;
  readonly #listMember: string | null;
  #previousList: JsonList | null;
  #list: JsonList | null = null;
  #isListRead: boolean;
  #text: string | null = null;
  #parsed: ParsedBody | null = null;
  /** Whether it was parsed, and is JSON. */
  #isJson = false;
  #isKept = false;

  constructor(bytes: Buffer, { secrets = [], listMember = null, previousList = null, onKeep }: ResponseBodyOptions = {}) {
    this.bytes = bytes;
    this.#secrets = secrets;
    this.#listMember = listMember;
    this.#previousList = previousList;
    this.#isListRead = listMember === null;
    this.#onKeep = onKeep ?? null;
  }

  get text(): string {
    this.#text ??= this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, redactionMark), this.bytes.toString('utf8'));
    return this.#text;
  }

  /** Whether it is known, without parsing it once more, that the body is JSON. */
  get isKnownJson(): boolean {
    return this.#isJson || this.#list !== null;
  }

  /** Whether there is a body that is not JSON. JSON that is nested too deeply is JSON. */
  get isNotJson(): boolean {
    if (this.bytes.length === 0 || this.isKnownJson || this.list !== null) return false;
    const parsed = this.parse();
    return parsed.kind === 'error' && parsed.cause instanceof SyntaxError;
  }

  /** The body as JSON, parsed once. A byte order mark is tolerated. */
  parse(): ParsedBody {
    this.#parsed ??= parseText(this.text.startsWith('\uFEFF') ? this.text.slice(1) : this.text);
    this.#isJson = this.#parsed.kind === 'value';
    return this.#parsed;
  }

  get fingerprint(): string {
    return hash('sha256', this.bytes, 'base64url');
  }

  /** The whole body as one item; null where it is not JSON. */
  take(): unknown {
    const parsed = this.parse();
    this.#parsed = null;
    return parsed.kind === 'value' ? parsed.value : null;
  }

  /** The list in the body, where it is read item by item. */
  get list(): JsonList | null {
    if (!this.#isListRead) runAtOnce(this.#readListInSteps());
    return this.#list;
  }

  /** Reads a long list in slices, so that nobody who needs it later reads it at once. Null where there is none, or it was read. */
  readLongList(): Promise<void> | null {
    return this.#isListRead || this.bytes.length < longListBytes ? null : runInSlices(this.#readListInSteps());
  }

  *#readListInSteps(): Steps {
    if (this.#listMember === null) return;
    const options = { member: this.#listMember, previous: this.#previousList, secrets: this.#secrets };
    const list = yield* JsonList.parseInSteps(this.bytes, options);
    // Somebody may have read it meanwhile.
    if (!this.#isListRead) this.#list = list;
    this.#isListRead = true;
    this.#previousList = null;
  }

  /** The items of the list in the body, from which `envelope` is the rest; null where it has no such list. */
  items(envelope: unknown): readonly ListItem[] | null {
    if (this.list !== null) return this.list.items;
    const values = isJsonObject(envelope) && this.#listMember !== null ? envelope[this.#listMember] : null;
    return Array.isArray(values) ? values.map((value) => new ValueItem(value)) : null;
  }

  /** The body was read, and what was read of it is remembered: the next one is compared with its bytes. */
  keep(): void {
    if (this.#isKept || this.#onKeep === null || !this.isKnownJson) return;
    this.#isKept = true;
    // Only the bytes stay: they take a fraction of the memory, and are parsed again in the rare case.
    [this.#text, this.#parsed] = [null, null];
    this.#list?.adoptItems();
    this.#onKeep(this);
  }
}

/** A list of a hundred tasks is read in a millisecond. */
const longListBytes = 65_536;

const redactionMark = '[removed]';

function parseText(text: string): ParsedBody {
  if (!isJsonDepthWithin(text, maxJsonDepth)) return { kind: 'error', cause: null };
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (cause) {
    return { kind: 'error', cause };
  }
}

/** Bytes of all bodies that are remembered of one plane: a list of ten thousand tasks. */
const maxBytes = 16 * 1024 * 1024;

/** Bodies that are remembered of one plane; those of single tasks are many and small. */
const maxBodies = 1_024;

/**
 * The last body of each URL and credential of one plane. A response with the same bytes gets the same body again. Only
 * bodies that were read successfully are remembered; the ones that were needed least recently are forgotten first.
 */
export class BodyMemory {
  /** The most recently needed last. */
  readonly #bodies = new Map<string, ResponseBody>();
  #byteCount = 0;

  /** The body with this key; null where none is remembered. `key`: the URL and credential. */
  find(key: string): ResponseBody | null {
    const known = this.#bodies.get(key);
    if (known === undefined) return null;
    this.#bodies.delete(key);
    this.#bodies.set(key, known);
    return known;
  }

  /** A body that is not the one that is remembered. */
  create(key: string, bytes: Buffer, options: Pick<ResponseBodyOptions, 'secrets' | 'listMember'>): ResponseBody {
    const previousList = this.#bodies.get(key)?.list ?? null;
    return new ResponseBody(bytes, { ...options, previousList, onKeep: (body) => this.#keep(key, body) });
  }

  #keep(key: string, body: ResponseBody): void {
    this.#forget(key);
    if (body.bytes.length > maxBytes) return;
    this.#bodies.set(key, body);
    this.#byteCount += body.bytes.length;
    for (const [oldest] of this.#bodies) {
      if (this.#byteCount <= maxBytes && this.#bodies.size <= maxBodies) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const body = this.#bodies.get(key);
    if (body === undefined) return;
    this.#bodies.delete(key);
    this.#byteCount -= body.bytes.length;
  }
}

/** Collects the bytes of one response. While they are those of the body that is remembered, nothing is copied. */
export class BodyCollector {
  readonly #known: ResponseBody | null;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #isKnown: boolean;

  /** `known`: the body that is expected; null where there is none. */
  constructor(known: ResponseBody | null) {
    this.#known = known;
    this.#isKnown = known !== null;
  }

  /** How many bytes came. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Buffer): void {
    const [start, end] = [this.#size, this.#size + chunk.length];
    const expected = this.#known?.bytes;
    this.#isKnown &&= expected !== undefined && end <= expected.length && expected.compare(chunk, 0, chunk.length, start, end) === 0;
    this.#size = end;
    this.#chunks.push(chunk);
  }

  /** The expected body where its bytes came; null where others came. */
  get known(): ResponseBody | null {
    return this.#isKnown && this.#known?.bytes.length === this.#size ? this.#known : null;
  }

  /** All bytes. */
  join(): Buffer {
    const [first, ...others] = this.#chunks;
    return first === undefined || others.length > 0 ? Buffer.concat(this.#chunks) : first;
  }
}

/** What was read of bodies. While a plane sends the same bytes, what was read of them the first time comes back. */
export class BodyReadings<T> {
  readonly #results = new WeakMap<ResponseBody, { readonly result: T }>();

  /** Whether it keeps a result of this body. */
  has(body: ResponseBody): boolean {
    return this.#results.has(body);
  }

  /**
   * What `read`, which depends on the body alone, makes of it. It is called once for each body, and its result is kept as
   * long as the body is, unless it throws, or `mayKeep` says that nothing of the body should stay in memory.
   */
  read(body: ResponseBody, read: () => T, mayKeep: (result: T) => boolean = () => true): T {
    const known = this.#results.get(body);
    if (known !== undefined) return known.result;
    const result = read();
    if (!mayKeep(result)) return result;
    this.#results.set(body, { result });
    body.keep();
    return result;
  }
}
