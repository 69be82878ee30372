import { runAtOnce, runInSlices, type Steps } from '../../lib/slices.js';
import { isJsonObject } from '../../model/scalars.js';
import type { LeftOutPart } from '../../model/task-warning.js';
import { cutJsonInSteps, type ReadLimits } from './cut-json.js';
import { isJsonDepthWithin, maxJsonDepth } from './json-depth.js';
import { digest, itemLimits, type ListItem, maxItemBytes } from './json-item.js';
import { JsonList } from './json-list.js';
import { findTextStart, openBrace, openBracket } from './json-scan.js';

/** What `JSON.parse` says of a body. */
type ParsedBody =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `reason`: it is no JSON, nested too deeply, or too large to be parsed. `cause`: the error of `JSON.parse`. */
  | { readonly kind: 'error'; readonly reason: 'syntax' | 'depth' | 'size'; readonly cause?: unknown };

export interface ResponseBodyOptions {
  /** Texts that are replaced before the body is read. */
  readonly secrets?: readonly string[];
  /** The long list in the body; null: none is known. */
  readonly list?: BodyListRequest | null;
  /** The list in the body before, when there is one. */
  readonly previousList?: JsonList | null;
  /** Called when the body was read and should be kept for comparison with the next one. */
  readonly onKeep?: (body: ResponseBody) => void;
}

/** Which list of a body is read item by item. */
export interface BodyListRequest {
  /** The member of the body that has it. */
  readonly member: string;
  /** Items that are read; 0 is no limit. */
  readonly maxItems: number;
}

/** The items of a list, and whether there are further ones, which were not read. */
interface BodyItems {
  readonly items: readonly ListItem[];
  readonly isCut: boolean;
}

/**
 * The body of a response, decoded and parsed when somebody needs it. While a plane sends the same bytes for one URL and
 * credential, all its responses share one body (`BodyMemory`), so that what was read of it can be found by its identity.
 *
 * What is parsed at once is bounded: a list is read item by item, any other body is cut to the limits of one item.
 */
export class ResponseBody implements ListItem {
  readonly bytes: Buffer;
  readonly #secrets: readonly string[];
  readonly #onKeep: ((body: ResponseBody) => void) | null;
  readonly #listRequest: BodyListRequest | null;
  #previousList: JsonList | null;
  #list: JsonList | null = null;
  #isListRead: boolean;
  /** Null until it was looked at. */
  #part: ReadablePart | null = null;
  #text: string | null = null;
  #parsed: ParsedBody | null = null;
  /** Whether it was parsed, and is JSON. */
  #isJson = false;
  #isKept = false;

  constructor(bytes: Buffer, { secrets = [], list = null, previousList = null, onKeep }: ResponseBodyOptions = {}) {
    this.bytes = bytes;
    this.#secrets = secrets;
    this.#listRequest = list;
    this.#previousList = previousList;
    this.#isListRead = list === null;
    this.#onKeep = onKeep ?? null;
  }

  /** Without what is left out, and of a long body that is no JSON only the beginning. */
  get text(): string {
    this.#text ??= this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, redactionMark), this.#readable.bytes.toString('utf8'));
    return this.#text;
  }

  get leftOut(): readonly LeftOutPart[] {
    const { leftOut } = this.#readable;
    return leftOut.filter(({ name }) => !this.#secrets.some((secret) => name.includes(secret)));
  }

  /** Whether it is known, without parsing it once more, that the body is JSON. */
  get isKnownJson(): boolean {
    return this.#isJson || this.#list !== null;
  }

  /** Whether there is a body that is not JSON. JSON that is nested too deeply, or too large to be parsed, is JSON. */
  get isNotJson(): boolean {
    if (this.bytes.length === 0 || this.isKnownJson || this.list !== null) return false;
    const parsed = this.parse();
    return parsed.kind === 'error' && parsed.reason === 'syntax';
  }

  /** The body as JSON, parsed once. A byte order mark is tolerated. */
  parse(): ParsedBody {
    this.#parsed ??=
      this.#readable.fault === null
        ? parseText(this.text.startsWith('\uFEFF') ? this.text.slice(1) : this.text)
        : { kind: 'error', reason: this.#readable.fault };
    this.#isJson = this.#parsed.kind === 'value';
    return this.#parsed;
  }

  get fingerprint(): string {
    return digest(this.#readable.bytes, this.#readable.leftOut);
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

  /**
   * Reads a long body in slices, so that nobody who needs it later reads it at once. Null where there is none, or it was read. `check`
   * is called before each slice, and may throw.
   */
  readLong(check?: () => void): Promise<void> | null {
    const isRead = this.#part !== null || this.#list !== null;
    return isRead || this.bytes.length < longBodyBytes ? null : runInSlices(this.#readInSteps(), check);
  }

  *#readInSteps(): Steps {
    if (!this.#isListRead) yield* this.#readListInSteps();
    if (this.#list === null) this.#part = yield* findReadablePart(this.bytes, this.#limits);
  }

  *#readListInSteps(): Steps {
    if (this.#listRequest === null) return;
    const options = { ...this.#listRequest, previous: this.#previousList, secrets: this.#secrets };
    const list = yield* JsonList.parseInSteps(this.bytes, options);
    // Somebody may have read it meanwhile.
    if (!this.#isListRead) this.#list = list;
    this.#isListRead = true;
    this.#previousList = null;
  }

  /** The items of the list in the body, from which `envelope` is the rest; null where it has no such list. */
  items(envelope: unknown): BodyItems | null {
    const list = this.list ?? this.#readParsedList(envelope);
    return list === null ? null : { items: list.items, isCut: list.isCut };
  }

  /** Of a body that was parsed as a whole the list is written anew, and read like any other. */
  #readParsedList(envelope: unknown): JsonList | null {
    if (!isJsonObject(envelope) || this.#listRequest === null) return null;
    const { member } = this.#listRequest;
    const values = envelope[member];
    if (!Array.isArray(values)) return null;
    return JsonList.parse(Buffer.from(JSON.stringify({ [member]: values })), { ...this.#listRequest, previous: null, secrets: [] });
  }

  get #limits(): ReadLimits {
    return this.#listRequest === null ? itemLimits : wholeListLimits;
  }

  get #readable(): ReadablePart {
    this.#part ??= runAtOnce(findReadablePart(this.bytes, this.#limits));
    return this.#part;
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
const longBodyBytes = 65_536;

/** Of a body that is no JSON, more than this is not looked at. */
const maxPlainBytes = 1_048_576;

/** Values of a list that cannot be read item by item: it is refused where it has more. */
const wholeListLimits: ReadLimits = { maxElements: 100_000, maxMembers: 1_000, maxValues: 100_000, maxDepth: maxJsonDepth };

/** What of a body can be read. */
interface ReadablePart {
  readonly bytes: Buffer;
  readonly leftOut: readonly LeftOutPart[];
  /** Why it is not parsed. */
  readonly fault: 'depth' | 'size' | null;
}

/** Behind a JSON value nothing may follow but white space, of which no more is looked at. */
const maxTrailingBytes = 1_024;

function* findReadablePart(bytes: Buffer, limits: ReadLimits): Steps<ReadablePart> {
  // In so few bytes there are not so many values.
  if (bytes.length < limits.maxElements) return { bytes, leftOut: [], fault: null };
  const start = findTextStart(bytes);
  const plain = { bytes: bytes.subarray(0, maxPlainBytes), leftOut: [], fault: null };
  if (bytes[start] !== openBrace && bytes[start] !== openBracket) return plain;
  const cut = yield* cutJsonInSteps(bytes, start, limits);
  // A text that does not end is no JSON, and neither is its beginning.
  if (cut.fault === 'end') return plain;
  if (cut.fault === 'depth') return { ...plain, fault: 'depth' };
  const isTooLarge = cut.length > maxItemBytes || (limits === wholeListLimits && cut.leftOut.length > 0);
  if (isTooLarge) return { ...plain, fault: 'size' };
  return { bytes: Buffer.concat([...cut.pieces, bytes.subarray(cut.end, cut.end + maxTrailingBytes)]), leftOut: cut.leftOut, fault: null };
}

const redactionMark = '[removed]';

function parseText(text: string): ParsedBody {
  if (!isJsonDepthWithin(text, maxJsonDepth)) return { kind: 'error', reason: 'depth' };
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (cause) {
    return { kind: 'error', reason: 'syntax', cause };
  }
}

/** Bodies from this size on are put together where they stay: chunks that wait for the end of a long one outlive the next collection of garbage. */
const minPreparedBytes = 65_536;

/** Nothing larger is prepared for what a plane only announces. */
const maxPreparedBytes = 64 * 1024 * 1024;

/**
 * Collects the bytes of one response. While they are those of the body that is remembered, nothing is copied, and nothing is kept.
 */
export class BodyCollector {
  readonly #known: ResponseBody | null;
  readonly #announcedBytes: number;
  #size = 0;
  #isKnown: boolean;
  /** The first bytes, where it was announced how many come, and others than the known ones came. */
  #prepared: Buffer | null = null;
  /** What follows them. */
  readonly #chunks: Buffer[] = [];

  /** `known`: the body that is expected; null where there is none. `announcedBytes`: how many the plane says that it sends; 0 where it does not. */
  constructor(known: ResponseBody | null, announcedBytes = 0) {
    this.#known = known;
    this.#announcedBytes = announcedBytes;
    this.#isKnown = known !== null;
  }

  /** How many bytes came. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Buffer): void {
    const [start, end] = [this.#size, this.#size + chunk.length];
    const expected = this.#isKnown ? this.#known?.bytes : undefined;
    this.#isKnown = expected !== undefined && end <= expected.length && expected.compare(chunk, 0, chunk.length, start, end) === 0;
    if (expected !== undefined && !this.#isKnown) this.#put(expected.subarray(0, start), 0);
    if (!this.#isKnown) this.#put(chunk, start);
    this.#size = end;
  }

  /** The expected body where its bytes came; null where others came. */
  get known(): ResponseBody | null {
    return this.#isKnown && this.#known?.bytes.length === this.#size ? this.#known : null;
  }

  /** All bytes. */
  join(): Buffer {
    if (this.#isKnown && this.#known !== null) return this.#known.bytes.subarray(0, this.#size);
    if (this.#prepared !== null && this.#chunks.length === 0) return this.#prepared.subarray(0, this.#size);
    const [first, ...others] = this.#chunks;
    if (this.#prepared === null && first !== undefined && others.length === 0) return first;
    return Buffer.concat(this.#prepared === null ? this.#chunks : [this.#prepared, ...this.#chunks]);
  }

  #put(bytes: Buffer, at: number): void {
    const isPreparable = this.#announcedBytes >= minPreparedBytes && this.#announcedBytes <= maxPreparedBytes;
    if (at === 0 && isPreparable) this.#prepared ??= Buffer.allocUnsafeSlow(this.#announcedBytes);
    const copied = this.#prepared === null ? 0 : bytes.copy(this.#prepared, Math.min(at, this.#prepared.length));
    if (copied < bytes.length) this.#chunks.push(bytes.subarray(copied));
  }
}

/** What was read of bodies. While a plane sends the same bytes, what was read of them the first time comes back. */
export class BodyReadings<T> {
  readonly #results = new WeakMap<ResponseBody, { readonly result: T }>();

  /** What it keeps of this body; undefined: nothing. */
  find(body: ResponseBody): T | undefined {
    return this.#results.get(body)?.result;
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
