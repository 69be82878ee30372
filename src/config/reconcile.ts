import { z } from 'zod';

import type { Finding } from './finding.js';
import { isJsonObject } from '../task/scalars/json-object.js';
import { type Path, pathKey } from './path.js';
import { readTextFile, type TextFile } from './read-text-file.js';
import { type KnownKey, knownKeys, unwrap } from './schema/known-keys.js';
import { suggestion } from './suggestion.js';

/** The values of the file in the shape that the schema asks for, and what was in the way. */
export interface Reconciled {
  readonly findings: readonly Finding[];
  /** Where a value really stands that was read from a file, by pathKey. */
  readonly movedFrom: ReadonlyMap<string, Path>;
}

/**
 * Changes the values in place: unknown keys are taken out and told, with a suggestion; `<key>File` gives way to `<key>`
 * with the content of that file, trimmed.
 */
export function reconcile(schema: z.core.$ZodType, root: unknown, readFile: (path: string) => string): Reconciled {
  const findings: Finding[] = [];
  const movedFrom = new Map<string, Path>();

  const visit = (at: z.core.$ZodType, value: unknown, path: Path): void => {
    const bare = unwrap(at);
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
        const meant = suggestion(name, [...plain, ...files.keys()]);
        // `{ password: a,b }` is a key `password` and a key `b` without a value.
        const hidesName = value === undefined && meant === '' && files.size > 0;
        findings.push({ path: [...path, name], at: 'key', hidesName, message: `unknown key${meant}` });
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
    record[name] = 'text' in file ? file.text : unread;
    movedFrom.set(pathKey([...path.slice(0, -1), name]), path);
  };

  visit(schema, root, []);
  return { findings, movedFrom };
}

/** Stands for what could not be read, so that it is not also told to be missing. */
const unread = 'unread';
