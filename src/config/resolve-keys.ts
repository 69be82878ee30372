import * as z from 'zod';

import { findErrorCode } from '../model/errors.js';
import { isJsonObject } from '../model/scalars.js';
import { type Path, pathKey } from './path.js';
import type { ValueProblem } from './problems.js';
import { suggestSimilar } from './suggestion.js';

/** What was found while the keys of the file were resolved. */
interface ResolvedKeys {
  readonly problems: readonly ValueProblem[];
  /** For each value that was read from a file, the path of its `<key>File`; by pathKey. */
  readonly originalPaths: ReadonlyMap<string, Path>;
  /** Keys that may be a secret in the wrong place, which no message shows; by pathKey. */
  readonly hiddenKeys: ReadonlySet<string>;
}

/**
 * Gives the values the shape that the schema expects, in place: unknown keys are removed and reported, with a suggestion, and
 * `<key>File` is replaced by `<key>` with the content of that file, trimmed.
 */
export function resolveKeys(schema: z.core.$ZodType, root: unknown, readFile: (path: string) => string): ResolvedKeys {
  const resolver = new KeyResolver(readFile);
  resolver.visit(schema, root, []);
  return resolver;
}

class KeyResolver implements ResolvedKeys {
  readonly problems: ValueProblem[] = [];
  readonly originalPaths = new Map<string, Path>();
  readonly hiddenKeys = new Set<string>();
  readonly #readFile: (path: string) => string;

  constructor(readFile: (path: string) => string) {
    this.#readFile = readFile;
  }

  visit(schema: z.core.$ZodType, value: unknown, path: Path): void {
    const bare = unwrapSchema(schema);
    if (Array.isArray(value) && bare instanceof z.ZodArray) {
      for (const [index, element] of value.entries()) this.visit(bare.element, element, [...path, index]);
    } else if (isJsonObject(value) && bare instanceof z.ZodRecord) {
      for (const [name, member] of Object.entries(value)) this.visit(bare.valueType, member, [...path, name]);
    } else if (isJsonObject(value)) {
      const known = findKnownKeys(bare, value);
      if (known !== null) this.#visitKeys(known, value, path);
    }
  }

  #visitKeys(known: ReadonlyMap<string, KnownKey>, record: Record<string, unknown>, path: Path): void {
    const plain = new Set([...known].filter(([, key]) => key.asFile !== 'only').map(([name]) => name));
    const files = new Map([...known].filter(([, key]) => key.asFile !== 'no').map(([name]) => [`${name}File`, name]));
    const unknown: string[] = [];
    for (const [name, value] of Object.entries(record)) {
      const key = known.get(name);
      const keyOfFile = files.get(name);
      if (key !== undefined && plain.has(name)) this.visit(key.schema, value, [...path, name]);
      else if (keyOfFile !== undefined) this.#replaceFile(record, keyOfFile, [...path, name], value, known.get(keyOfFile));
      else unknown.push(name);
    }
    this.#removeUnknown(unknown, record, path, [...plain, ...files.keys()], files.size > 0);
  }

  /** @param hasSecrets whether keys of the record can be secrets. */
  #removeUnknown(
    names: readonly string[],
    record: Record<string, unknown>,
    path: Path,
    known: readonly string[],
    hasSecrets: boolean,
  ): void {
    for (const [index, name] of names.entries()) {
      const value = record[name];
      Reflect.deleteProperty(record, name);
      // A suggestion compares the name with each key that is known.
      const suggestion = index < maxNamedKeys ? suggestSimilar(name, known) : '';
      // `{ password: a,b }` is a key `password`, and a key `b` without a value: `b` is a part of the secret.
      if (holdsCredentials(path) || (hasSecrets && suggestion === '' && (value === undefined || !looksLikeKey.test(name))))
        this.hiddenKeys.add(pathKey([...path, name]));
      if (index < maxNamedKeys) this.problems.push({ path: [...path, name], at: 'key', message: `unknown key${suggestion}` });
    }
    const rest = names.slice(maxNamedKeys);
    const [firstOfRest] = rest;
    if (firstOfRest === undefined) return;
    this.hiddenKeys.add(pathKey([...path, firstOfRest]));
    this.problems.push({ path: [...path, firstOfRest], at: 'key', message: `and ${rest.length} more unknown keys` });
  }

  /** @param name of the key that the content of the file is the value of. */
  #replaceFile(record: Record<string, unknown>, name: string, path: Path, value: unknown, key?: KnownKey): void {
    Reflect.deleteProperty(record, path.at(-1) ?? name);
    // A key without a value counts as absent.
    if (value === undefined) return;
    if (record[name] !== undefined) {
      this.problems.push({ path, at: 'key', message: `expected either ${name} or ${name}File, not both` });
      return;
    }
    const file: TextFile =
      typeof value === 'string' && value !== ''
        ? checkLines(readTextFile(value, this.#readFile, key?.whenMissing), key)
        : { expected: 'expected the path of a file' };
    if ('expected' in file) this.problems.push({ path, at: 'value', message: file.expected });
    record[name] = 'text' in file ? file.text : unreadableValue;
    this.originalPaths.set(pathKey([...path.slice(0, -1), name]), path);
  }
}

/** Unknown keys of one place that are named. */
const maxNamedKeys = 20;

/** Keys of configurations are words in camel case. */
const looksLikeKey = /^[A-Za-z]{1,30}$/;

/** Whether the place is one for secrets alone, where an unknown key is likely to be one. */
function holdsCredentials(path: Path): boolean {
  return path.includes('credentials') || (path[0] === 'auth' && path[1] === 'keys');
}

/** Takes the place of a file that could not be read, so that its value is not also reported as missing. */
const unreadableValue = 'unread';

/** The trimmed content of a file, or the message that says what was expected. */
type TextFile = { readonly text: string } | { readonly expected: string };

/** The message contains neither the path, which may be a secret by mistake, nor anything of the content. */
export function readTextFile(path: string, readFile: (path: string) => string, whenMissing?: string): TextFile {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    if (whenMissing !== undefined && findErrorCode(error) === 'ENOENT') return { expected: whenMissing };
    return { expected: `expected a file that can be read; ${explainReadError(error)}` };
  }
  return text === '' ? { expected: 'expected a file that is not empty' } : { text };
}

/** A longer secret is another file by mistake, in UTF-16 units. */
const maxSecretLength = 16_384;

/** A secret that can also stand in the configuration is one line; others, such as certificates, have many. */
function checkLines(file: TextFile, key: KnownKey | undefined): TextFile {
  if ('expected' in file || key?.asFile !== 'also') return file;
  if (file.text.length > maxSecretLength) return { expected: `expected a file with a secret of at most ${maxSecretLength} characters` };
  return /\p{Cc}/u.test(file.text) ? { expected: 'expected a file with one line and no control characters' } : file;
}

const readErrors: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is none of this name'],
  ['ENOTDIR', 'there is none of this name'],
  ['EACCES', 'this one may not be read'],
  ['EPERM', 'this one may not be read'],
  ['EISDIR', 'this is a folder'],
  ['NOT_A_FILE', 'this is a pipe, a device or a socket'],
  ['TOO_LARGE', 'this one is larger than 16 MiB'],
  ['NOT_TEXT', 'this one is not UTF-8 text'],
]);

function explainReadError(error: unknown): string {
  return readErrors.get(findErrorCode(error)) ?? 'reading it failed';
}

/** A key that an object may have. */
interface KnownKey {
  readonly schema: z.core.$ZodType;
  /** Whether the value can (`also`) or must (`only`) be in a file, whose path is the value of `<key>File`. */
  readonly asFile: 'no' | 'also' | 'only';
  /** What to say where that file is not there. */
  readonly whenMissing?: string;
}

/**
 * The keys that an object of a schema may have, by name; null when it may have any key. For a union these are the keys of all its
 * members; for a discriminated union only those of the member that the value selects, if it selects one.
 */
function findKnownKeys(schema: z.core.$ZodType, value: Readonly<Record<string, unknown>>): ReadonlyMap<string, KnownKey> | null {
  const bare = unwrapSchema(schema);
  if (bare instanceof z.ZodObject) {
    if (bare.def.catchall !== undefined && !(bare.def.catchall instanceof z.ZodNever)) return null;
    return new Map(Object.entries(bare.shape).map(([name, field]) => [name, { schema: field, ...readFileOptions(field) }]));
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
    for (const [name, key] of findKnownKeys(member, value) ?? []) {
      const first = keys.get(name);
      keys.set(name, first === undefined ? key : join(first, key));
    }
  }
  return keys.size === 0 ? null : keys;
}

/** What to do with a key that two members have. */
type JoinKeys = (first: KnownKey, second: KnownKey) => KnownKey;

const keepFirst: JoinKeys = (first) => first;

/** A key with two meanings is known by name only. */
const keepIfSame: JoinKeys = (first, second) => (first.schema === second.schema ? first : { ...first, schema: z.unknown() });

/** The schema of the value as the file contains it: without defaults and transformations. */
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

function readFileOptions(schema: z.core.$ZodType): Pick<KnownKey, 'asFile' | 'whenMissing'> {
  const meta = z.globalRegistry.get(unwrapSchema(schema));
  const whenMissing = meta?.['whenMissing'];
  return {
    asFile: meta?.['fileOnly'] === true ? 'only' : meta?.['secret'] === true ? 'also' : 'no',
    ...(typeof whenMissing === 'string' && { whenMissing }),
  };
}
