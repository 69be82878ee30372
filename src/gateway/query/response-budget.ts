import { type GraphQLResolveInfo, isObjectType, Kind, type SelectionSetNode } from 'graphql';

import { LimitExceededError } from '../../model/errors.js';
import type { JsonObject } from '../../model/scalars.js';
import { fieldWeights } from './operation-limits.js';

/** 0 is no limit. */
export interface ResponseLimits {
  /** Values of the fields of all objects of all lists. */
  readonly values: number;
  /** KiB of what planes sent. */
  readonly rawKb: number;
}

/** Adds up what the answer to one operation, or to one event of a subscription, holds, before it is made. */
export class ResponseBudget {
  readonly #limits: ResponseLimits;
  readonly #selected = new SelectionCost();
  readonly #bytes = new WeakMap<JsonObject, number>();
  #values = 0;
  #rawBytes = 0;

  constructor(limits: ResponseLimits) {
    this.#limits = limits;
  }

  /** The list itself, where there is room for it with all that is selected below its field; throws a LimitExceededError where there is none. */
  chargeList<List extends readonly unknown[]>(list: List, place: SelectionContext): List {
    this.#spend(list.length * (1 + this.#selected.costBelow(place)));
    return list;
  }

  /** What a plane sent of a task, where there is room for it; throws a LimitExceededError where there is none. */
  chargeRaw(payload: JsonObject): JsonObject {
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

/** Where a field stands in a document, and what that and its types are. */
export type SelectionContext = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'schema'>;

/** Fields that count for themselves what they hand out, by their names: what is below them is no part of what is above. */
const chargedSeparately: ReadonlySet<string> = new Set(['nodes', 'edges', 'resources', 'history', 'actions']);

/**
 * Adds up the weights of the fields that are selected below one: the most that one object can have of them, skipped or not. It remembers, for one
 * operation.
 */
export class SelectionCost {
  readonly #counts = new WeakMap<SelectionSetNode, number>();

  costBelow(place: SelectionContext): number {
    return place.fieldNodes.reduce((sum, { selectionSet }) => sum + this.#under(selectionSet, place), 0);
  }

  #under(selectionSet: SelectionSetNode | undefined, place: SelectionContext): number {
    if (selectionSet === undefined) return 0;
    const known = this.#counts.get(selectionSet);
    if (known !== undefined) return known;
    // A fragment that spreads itself is no valid document; it ends here all the same.
    this.#counts.set(selectionSet, 0);
    const count = this.#count(selectionSet, place);
    this.#counts.set(selectionSet, count);
    return count;
  }

  #count({ selections }: SelectionSetNode, place: SelectionContext): number {
    let always = 0;
    // An object is of one of these types only.
    const byType = new Map<string, number>();
    for (const one of selections) {
      if (one.kind === Kind.FIELD) {
        always += (fieldWeights[one.name.value] ?? 1) + (chargedSeparately.has(one.name.value) ? 0 : this.#under(one.selectionSet, place));
        continue;
      }
      const fragment = one.kind === Kind.INLINE_FRAGMENT ? one : place.fragments[one.name.value];
      const type = fragment?.typeCondition?.name.value;
      const count = this.#under(fragment?.selectionSet, place);
      if (type !== undefined && isObjectType(place.schema.getType(type))) byType.set(type, (byType.get(type) ?? 0) + count);
      else always += count;
    }
    return always + Math.max(0, ...byType.values());
  }
}
