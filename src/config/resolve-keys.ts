import { z } from 'zod';

import { isJsonObject } from '../model/scalars.js';
import { type Path, pathKey } from './path.js';
import type { ValueProblem } from './problems.js';
import { suggestSimilar } from './suggestion.js';

/** The values of the file in the shape that the schema asks for, and what was in the way. */
export interface ResolvedKeys {
  readonly problems: readonly ValueProblem[];
  /** Where a value really stands that was read from a file, by pathKey. */
  readonly originalPaths: ReadonlyMap<string, Path>;
}

/**
 * Changes the values in place: unknown keys are taken out and told, with a suggestion; `<key>File` gives way to `<key>`
 * with the content of that file, trimmed.
 */
export function resolveKeys(schema: z.core.$ZodType, root: unknown, readFile: (path: string) => string): ResolvedKeys {
  const findings: ValueProblem[] = [];
  const originalPaths = new Map<string, Path>();

  const visit = (at: z.core.$ZodType, value: unknown, path: Path): void => {
    const bare = unwrapSchema(at);
    if (Array.isArray(value) && bare instanceof z.ZodArray) {
      for (const [index, element] of value.entries()) visit(bare.element, element, [...path, index]);
    } else if (isJsonObject(value) && bare instanceof z.ZodRecord) {
      for (const [name, member] of Object.entries(value)) visit(bare.valueType, member, [...path, name]);
    } else if (isJsonObject(value)) {
      const known = knownKeys(bare, value);
      if (known !== null) visitKeys(known, value, path);
    }
  };

  const visitKeys = (known: ReadonlyMap<string, KnownKey>, record: Record<string, unknown>, path: Path): void => {
    const plain = [...known].filter(([, key]) => key.asFile !== 'only').map(([name]) => name);
    const files = new Map([...known].filter(([, key]) => key.asFile !== 'no').map(([name]) => [`${name}File`, name]));
    for (const [name, value] of Object.entries(record)) {
      const secret = files.get(name);
      const key = known.get(name);
      if (key !== undefined && plain.includes(name)) visit(key.schema, value, [...path, name]);
      else if (secret !== undefined) takeFile(record, secret, [...path, name], value);
      else {
        Reflect.deleteProperty(record, name);
        const meant = suggestSimilar(name, [...plain, ...files.keys()]);
        // `{ password: a,b }` is a key `password` and a key `b` without a value.
        const hidesName = value === undefined && meant === '' && files.size > 0;
        findings.push({ path: [...path, name], at: 'key', hidesKey: hidesName, message: `unknown key${meant}` });
      }
    }
  };

  const takeFile = (record: Record<string, unknown>, name: string, path: Path, value: unknown): void => {
    Reflect.deleteProperty(record, path.at(-1) ?? name);
    // A key without a value is absent.
    if (value === undefined) return;
    if (record[name] !== undefined) {
      findings.push({ path, at: 'key', message: `expected either ${name} or ${name}File, not both` });
      return;
    }
    const file: TextFile =
      typeof value === 'string' && value !== '' ? readTextFile(value, readFile) : { expected: 'expected the path of a file' };
    if ('expected' in file) findings.push({ path, at: 'value', message: file.expected });
    record[name] = 'text' in file ? file.text : unreadableValue;
    originalPaths.set(pathKey([...path.slice(0, -1), name]), path);
  };

  visit(schema, root, []);
  return { problems: findings, originalPaths };
}

/** Stands for what could not be read, so that it is not also told to be missing. */
const unreadableValue = 'unread';

/** The trimmed content of a file, or what was expected of it. */
export type TextFile = { readonly text: string } | { readonly expected: string };

/** Messages hold neither the path, where a secret may stand by mistake, nor anything of the content. */
export function readTextFile(path: string, readFile: (path: string) => string): TextFile {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    return { expected: `expected a file that can be read; ${explainReadError(error)}` };
  }
  return text === '' ? { expected: 'expected a file that is not empty' } : { text };
}

const readErrors: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is none of this name'],
  ['ENOTDIR', 'there is none of this name'],
  ['EACCES', 'this one may not be read'],
  ['EPERM', 'this one may not be read'],
  ['EISDIR', 'this is a folder'],
]);

function explainReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return readErrors.get(code) ?? 'reading it failed';
}

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
  const bare = unwrapSchema(schema);
  if (bare instanceof z.ZodObject) {
    if (bare.def.catchall !== undefined && !(bare.def.catchall instanceof z.ZodNever)) return null;
    return new Map(Object.entries(bare.shape).map(([name, field]) => [name, { schema: field, asFile: readFileOption(field) }]));
  }
  if (!(bare instanceof z.ZodUnion)) return null;
  if (!(bare instanceof z.ZodDiscriminatedUnion)) return collectKeys(bare.options, value, keepFirst);
  const members = selectMembers(bare, value);
  return members.length === 0 ? collectKeys(bare.options, value, keepIfSame) : collectKeys(members, value, keepFirst);
}

function collectKeys(
  members: readonly z.core.$ZodType[],
  value: Readonly<Record<string, unknown>>,
  join: JoinKeys,
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
type JoinKeys = (first: KnownKey, second: KnownKey) => KnownKey;

const keepFirst: JoinKeys = (first) => first;

/** Of a key that means different things, nothing is known but its name. */
const keepIfSame: JoinKeys = (first, second) => (first.schema === second.schema ? first : { ...first, schema: z.unknown() });

/** The schema of what is written in the file, without defaults and what is made of it. */
export function unwrapSchema(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return unwrapSchema(schema.in);
  if (isWrapper(schema)) return unwrapSchema(schema.unwrap());
  return schema;
}

function isWrapper(
  schema: z.core.$ZodType,
): schema is z.ZodOptional | z.ZodNullable | z.ZodDefault | z.ZodPrefault | z.ZodReadonly | z.ZodCatch {
  return [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodPrefault, z.ZodReadonly, z.ZodCatch].some(
    (wrapper) => schema instanceof wrapper,
  );
}

function selectMembers(union: z.ZodDiscriminatedUnion, value: Readonly<Record<string, unknown>>): readonly z.core.$ZodType[] {
  const { discriminator } = union.def;
  return union.options.filter((option) => {
    const bare = unwrapSchema(option);
    const field = bare instanceof z.ZodObject ? bare.shape[discriminator] : undefined;
    return field !== undefined && z.safeParse(field, value[discriminator]).success;
  });
}

function readFileOption(schema: z.core.$ZodType): KnownKey['asFile'] {
  const meta = z.globalRegistry.get(unwrapSchema(schema));
  return meta?.['fileOnly'] === true ? 'only' : meta?.['secret'] === true ? 'also' : 'no';
}
