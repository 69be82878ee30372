import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** How large a part of a document is. */
export interface ShapeOf {
  /** Levels of fields. */
  readonly depth: number;
  /** Fields that have an alias, each counted once. */
  readonly aliases: number;
  /** Names that the first level has in the answer, without `__typename`. */
  readonly rootFields: ReadonlySet<string>;
  /** Whether all that is asked for on the first level, besides `__typename`, is about the schema. */
  readonly isAboutSchema: boolean;
  /** Fields, spreads and inline fragments that an execution visits. */
  readonly selections: number;
  /** How often one field is written in one place, at most. */
  readonly duplicates: number;
  /** Directives at one place, at most. */
  readonly directives: number;
}

/** What a walk gives up at; both are needed, or fragments that double one another would take for ever. */
export interface WalkBounds {
  readonly depth: number;
  readonly selections: number;
}

/**
 * Walks selections as an execution does: what has one name in the answer is one field, and a fragment counts once in one place.
 * A walk that passes its bounds ends there, with figures that are above them.
 */
export function shapeOf(root: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, bounds: WalkBounds): ShapeOf {
  const aliased = new Set<FieldNode>();
  const rootNames = new Set<string>();
  const rootFields = new Set<string>();
  const figures = { depth: 0, selections: 0, duplicates: 0, directives: 0 };
  const isBeyond = (): boolean => figures.depth > bounds.depth || figures.selections > bounds.selections;

  const collect = (set: SelectionSetNode, place: Place): void => {
    for (const selection of set.selections) {
      figures.selections += 1;
      figures.directives = Math.max(figures.directives, selection.directives?.length ?? 0);
      if (isBeyond()) return;
      if (selection.kind === Kind.FIELD) {
        const { alias, name } = selection;
        const key = alias?.value ?? name.value;
        if (alias !== undefined) aliased.add(selection);
        if (place.level === 1) rootNames.add(name.value);
        if (place.level === 1 && name.value !== '__typename') rootFields.add(key);
        const same = place.fields.get(key) ?? [];
        same.push(selection);
        place.fields.set(key, same);
        figures.duplicates = Math.max(figures.duplicates, same.length);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, place);
      } else if (!place.spread.has(selection.name.value)) {
        place.spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet, place);
      }
    }
  };

  const visit = (sets: readonly SelectionSetNode[], level: number): void => {
    figures.depth = Math.max(figures.depth, level);
    const place: Place = { level, fields: new Map(), spread: new Set() };
    for (const set of sets) if (!isBeyond()) collect(set, place);
    for (const same of place.fields.values()) {
      const below = same.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (isBeyond()) return;
      if (below.length > 0) visit(below, level + 1);
    }
  };

  visit([root], 1);
  rootNames.delete('__typename');
  const isAboutSchema = rootNames.size > 0 && [...rootNames].every((name) => name === '__schema' || name === '__type');
  return { ...figures, aliases: aliased.size, rootFields, isAboutSchema };
}

/** One place in the answer: an object, whatever its type. */
interface Place {
  readonly level: number;
  /** By their names in the answer. */
  readonly fields: Map<string, FieldNode[]>;
  /** Fragments that were spread here. */
  readonly spread: Set<string>;
}
