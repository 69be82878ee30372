import { z } from 'zod';

/** A key that an object may have. */
export interface KnownKey {
  readonly schema: z.core.$ZodType;
  /** Whether its value may, or must, be given as the path of a file under the name with `File` behind it. */
  readonly asFile: 'no' | 'also' | 'only';
}

/**
 * The keys that an object of a schema may have, by name; null when it may have any, or when it cannot be told which.
 * Of a union, those of all its members, but of a discriminated one only those of the member that the value chooses, if any.
 */
export function knownKeys(schema: z.core.$ZodType, value: Readonly<Record<string, unknown>>): ReadonlyMap<string, KnownKey> | null {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) {
    if (bare.def.catchall !== undefined && !(bare.def.catchall instanceof z.ZodNever)) return null;
    return new Map(Object.entries(bare.shape).map(([name, field]) => [name, { schema: field, asFile: asFile(field) }]));
  }
  if (!(bare instanceof z.ZodUnion)) return null;
  if (!(bare instanceof z.ZodDiscriminatedUnion)) return keysOf(bare.options, value, firstOf);
  const members = chosen(bare, value);
  return members.length === 0 ? keysOf(bare.options, value, ifSame) : keysOf(members, value, firstOf);
}

function keysOf(
  members: readonly z.core.$ZodType[],
  value: Readonly<Record<string, unknown>>,
  join: Join,
): ReadonlyMap<string, KnownKey> | null {
  const keys = new Map<string, KnownKey>();
  for (const member of members) {
    for (const [name, key] of knownKeys(member, value) ?? []) {
      const before = keys.get(name);
      keys.set(name, before === undefined ? key : join(before, key));
    }
  }
  return keys.size === 0 ? null : keys;
}

/** What becomes of a key that a second member has too. */
type Join = (first: KnownKey, second: KnownKey) => KnownKey;

const firstOf: Join = (first) => first;

/** Of a key that means different things, nothing is known but its name. */
const ifSame: Join = (first, second) => (first.schema === second.schema ? first : { ...first, schema: z.unknown() });

/** The schema of what is written in the file, without defaults and what is made of it. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  if (isWrapper(schema)) return unwrap(schema.unwrap());
  return schema;
}

function isWrapper(
  schema: z.core.$ZodType,
): schema is z.ZodOptional | z.ZodNullable | z.ZodDefault | z.ZodPrefault | z.ZodReadonly | z.ZodCatch {
  return [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodPrefault, z.ZodReadonly, z.ZodCatch].some(
    (wrapper) => schema instanceof wrapper,
  );
}

function chosen(union: z.ZodDiscriminatedUnion, value: Readonly<Record<string, unknown>>): readonly z.core.$ZodType[] {
  const { discriminator } = union.def;
  return union.options.filter((option) => {
    const bare = unwrap(option);
    const field = bare instanceof z.ZodObject ? bare.shape[discriminator] : undefined;
    return field !== undefined && z.safeParse(field, value[discriminator]).success;
  });
}

function asFile(schema: z.core.$ZodType): KnownKey['asFile'] {
  const meta = z.globalRegistry.get(unwrap(schema));
  return meta?.['fileOnly'] === true ? 'only' : meta?.['secret'] === true ? 'also' : 'no';
}
