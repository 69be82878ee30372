import { type GraphQLResolveInfo, isObjectType, Kind, type SelectionSetNode } from 'graphql';

import { fieldWeights } from './operation-weights.js';

/** Where a field stands in a document, and what that and its types are. */
export type SelectedPlace = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'schema'>;

/** Fields that count for themselves what they hand out, by their names: what is below them is no part of what is above. */
const countedApart: ReadonlySet<string> = new Set(['nodes', 'edges', 'resources', 'history', 'actions']);

/**
 * Adds up the weights of the fields that are selected below one: the most that one object can have of them, skipped or not. It remembers, for one
 * operation.
 */
export class SelectedFields {
  readonly #counts = new WeakMap<SelectionSetNode, number>();

  below(place: SelectedPlace): number {
    return place.fieldNodes.reduce((sum, { selectionSet }) => sum + this.#under(selectionSet, place), 0);
  }

  #under(selectionSet: SelectionSetNode | undefined, place: SelectedPlace): number {
    if (selectionSet === undefined) return 0;
    const known = this.#counts.get(selectionSet);
    if (known !== undefined) return known;
    // A fragment that spreads itself is no valid document; it ends here all the same.
    this.#counts.set(selectionSet, 0);
    const count = this.#count(selectionSet, place);
    this.#counts.set(selectionSet, count);
    return count;
  }

  #count({ selections }: SelectionSetNode, place: SelectedPlace): number {
    let always = 0;
    // An object is of one of these types only.
    const byType = new Map<string, number>();
    for (const one of selections) {
      if (one.kind === Kind.FIELD) {
        always += (fieldWeights[one.name.value] ?? 1) + (countedApart.has(one.name.value) ? 0 : this.#under(one.selectionSet, place));
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
