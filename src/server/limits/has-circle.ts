import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** Whether a fragment is spread inside itself, directly or through others. Linear in the length of the fragments. */
export function hasCircle(fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  const spreads = new Map([...fragments].map(([name, { selectionSet }]) => [name, spreadsOf(selectionSet)]));
  const timesSpread = new Map([...fragments.keys()].map((name) => [name, 0]));
  for (const names of spreads.values()) for (const name of names) timesSpread.set(name, (timesSpread.get(name) ?? 0) + 1);
  // Takes away what nobody left spreads; what cannot be taken away is in a circle, or spread by one.
  const free = [...fragments.keys()].filter((name) => timesSpread.get(name) === 0);
  let taken = 0;
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    taken += 1;
    for (const inner of spreads.get(name) ?? []) {
      const left = (timesSpread.get(inner) ?? 0) - 1;
      timesSpread.set(inner, left);
      if (left === 0 && fragments.has(inner)) free.push(inner);
    }
  }
  return taken < fragments.size;
}

/** Every spread below, as often as it is written. */
function spreadsOf({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) =>
    selection.kind === Kind.FRAGMENT_SPREAD
      ? [selection.name.value]
      : selection.selectionSet === undefined
        ? []
        : spreadsOf(selection.selectionSet),
  );
}
