import { Kind, parse, print } from 'graphql';

/** Lists the directives on the types and fields of SDL by schema coordinate: `Type` or `Type.field`. */
export function listDirectives(sdl: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const definition of parse(sdl).definitions) {
    if (!('directives' in definition) || !('name' in definition) || definition.name === undefined) continue;
    const { value: name } = definition.name;
    found.set(name, (definition.directives ?? []).map(print));
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) found.set(`${name}.${field.name.value}`, (field.directives ?? []).map(print));
  }
  return found;
}
