import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/**
 * The root fields of an operation of a valid document, by the name that each has in the answer: those of fragments too, those
 * that `@skip` or `@include` may leave out too, `__typename` not. What is written twice under one name is one field.
 */
export function rootFieldsOf(operation: OperationDefinitionNode, { definitions }: DocumentNode): ReadonlySet<string> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const names = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        // Each is visited once: fragments that double one another would take exponential time.
        fragments.delete(selection.name.value);
        if (fragment !== undefined) visit(fragment.selectionSet);
      } else if (selection.name.value !== '__typename') names.add(selection.alias?.value ?? selection.name.value);
    }
  };
  visit(operation.selectionSet);
  return names;
}
