import { LimitExceededError } from '../error/limit-exceeded-error.js';
import type { JsonObject } from '../scalars/json-object.js';
import { SelectedFields, type SelectedPlace } from './selected-fields.js';

/** 0 is no limit. */
export interface AnswerLimits {
  /** Values of the fields of all objects of all lists. */
  readonly values: number;
  /** KiB of what planes sent. */
  readonly rawKb: number;
}

/** Adds up what the answer to one operation, or to one event of a subscription, holds, before it is made. */
export class AnswerSize {
  readonly #limits: AnswerLimits;
  readonly #selected = new SelectedFields();
  readonly #bytes = new WeakMap<JsonObject, number>();
  #values = 0;
  #rawBytes = 0;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  /** The list itself, where there is room for it with all that is selected below its field; throws a LimitExceededError where there is none. */
  hand<List extends readonly unknown[]>(list: List, place: SelectedPlace): List {
    this.#spend(list.length * (1 + this.#selected.below(place)));
    return list;
  }

  /** What a plane sent of a task, where there is room for it; throws a LimitExceededError where there is none. */
  raw(payload: JsonObject): JsonObject {
    const { rawKb } = this.#limits;
    if (rawKb === 0) return payload;
    const bytes = this.#bytes.get(payload) ?? Buffer.byteLength(JSON.stringify(payload));
    this.#bytes.set(payload, bytes);
    if (this.#rawBytes + bytes > rawKb * 1024)
      throw new LimitExceededError(
        `The answer to one operation holds at most ${rawKb} KiB of raw; of this task there are ${Math.ceil(bytes / 1024)} KiB more. Ask for raw of fewer tasks: a smaller first, or task(id).`,
      );
    this.#rawBytes += bytes;
    return payload;
  }

  #spend(more: number): void {
    const { values } = this.#limits;
    if (values > 0 && this.#values + more > values)
      throw new LimitExceededError(
        `The answer to one operation holds at most ${values} values, objects times the fields selected of each; this list asks for ${more} more than the ${this.#values} so far. Ask for less: a smaller first, fewer fields, or lists within lists in operations of their own.`,
      );
    this.#values += more;
  }
}
