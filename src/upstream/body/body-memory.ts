import { ResponseBody, type ResponseBodyOptions } from './response-body.js';

/** How many bodies are remembered of one plane, and how many bytes of them; those of single tasks are many and small. */
interface MemoryLimits {
  readonly bodies: number;
  readonly bytes: number;
}

const singleLimits: MemoryLimits = { bodies: 1_024, bytes: 16 * 1024 * 1024 };

/**
 * Pages of lists: two hundred thousand tasks. What was read of the last list of a plane holds its bytes in any case, so that it would
 * save nothing to forget them, and all of it would be read again each time.
 */
const listLimits: MemoryLimits = { bodies: 4_096, bytes: 256 * 1024 * 1024 };

/**
 * The last body of each URL and credential of one plane. A response with the same bytes gets the same body again. Only
 * bodies that were read successfully are remembered; the ones that were needed least recently are forgotten first.
 */
export class BodyMemory {
  readonly #lists = new RecentBodies(listLimits);
  readonly #others = new RecentBodies(singleLimits);

  /** The body with this key; null where none is remembered. `key`: the URL and credential. */
  find(key: string): ResponseBody | null {
    return this.#lists.find(key) ?? this.#others.find(key);
  }

  /** A body that is not the one that is remembered. */
  create(key: string, bytes: Buffer, options: Pick<ResponseBodyOptions, 'secrets' | 'list'>): ResponseBody {
    const previousList = this.#lists.find(key)?.list ?? null;
    return new ResponseBody(bytes, { ...options, previousList, onKeep: (body) => this.#keep(key, body) });
  }

  #keep(key: string, body: ResponseBody): void {
    this.#lists.forget(key);
    this.#others.forget(key);
    (body.list === null ? this.#others : this.#lists).keep(key, body);
  }
}

class RecentBodies {
  readonly #limits: MemoryLimits;
  /** The most recently needed last. */
  readonly #bodies = new Map<string, ResponseBody>();
  #byteCount = 0;

  constructor(limits: MemoryLimits) {
    this.#limits = limits;
  }

  find(key: string): ResponseBody | null {
    const known = this.#bodies.get(key);
    if (known === undefined) return null;
    this.#bodies.delete(key);
    this.#bodies.set(key, known);
    return known;
  }

  keep(key: string, body: ResponseBody): void {
    if (body.bytes.length > this.#limits.bytes) return;
    this.#bodies.set(key, body);
    this.#byteCount += body.bytes.length;
    for (const [oldest] of this.#bodies) {
      if (this.#byteCount <= this.#limits.bytes && this.#bodies.size <= this.#limits.bodies) return;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const body = this.#bodies.get(key);
    if (body === undefined) return;
    this.#bodies.delete(key);
    this.#byteCount -= body.bytes.length;
  }
}
