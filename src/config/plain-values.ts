import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';

import type { Finding } from './finding.js';
import { type Path, pathKey } from './path.js';
import { substitute } from './substitute.js';

/** The content of the file as plain, fresh objects, and where in the text each value stands. */
export interface PlainValues {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** By pathKey. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Offsets in the text. */
export interface Place {
  readonly key: number;
  readonly value: number;
}

/** Follows aliases, fills in variables, and takes a key without a value for absent. */
export function plainValues(document: Document.Parsed, environment: Readonly<Record<string, string | undefined>>): PlainValues {
  const findings: Finding[] = [];
  const places = new Map<string, Place>();
  const following = new Set<Node>();
  let valuesLeft = maxValues;
  let aliasesLeft = maxAliases;

  const find = (path: Path, at: Finding['at'], message: string): undefined => {
    findings.push({ path, at, message });
  };

  const valueOf = (node: unknown, path: Path): unknown => {
    valuesLeft -= 1;
    if (valuesLeft < 0) return valuesLeft === -1 ? find(path, 'value', 'expected fewer values; aliases repeat theirs') : undefined;
    if (isAlias(node)) return aliased(node, path);
    if (isSeq(node)) return node.items.map((item, index) => elementOf(item, [...path, index]));
    if (isMap(node)) return recordOf(node.items, path);
    const value: unknown = isScalar(node) ? node.value : null;
    return typeof value === 'string' ? textOf(value, path) : value;
  };

  const aliased = (alias: Alias, path: Path): unknown => {
    aliasesLeft -= 1;
    if (aliasesLeft < 0) return aliasesLeft === -1 ? find(path, 'value', `expected at most ${maxAliases} aliases`) : undefined;
    const target = alias.resolve(document);
    if (target === undefined)
      return find(path, 'value', 'expected an alias (*name) of an anchor (&name) further up; other text that begins with * needs quotes');
    if (following.has(target)) return find(path, 'value', 'expected an alias of something else than what it is part of');
    following.add(target);
    const value = valueOf(target, path);
    following.delete(target);
    return value;
  };

  const elementOf = (item: unknown, path: Path): unknown => {
    const start = startOf(item) ?? places.get(pathKey(path.slice(0, -1)))?.value ?? 0;
    places.set(pathKey(path), { key: start, value: start });
    return valueOf(item, path);
  };

  const recordOf = (pairs: readonly Pair[], path: Path): Record<string, unknown> => {
    const record: Record<string, unknown> = {};
    for (const pair of pairs) {
      if (!isScalar(pair.key)) continue;
      const name = String(pair.key.value);
      const keyStart = startOf(pair.key) ?? 0;
      places.set(pathKey([...path, name]), { key: keyStart, value: startOf(pair.value) ?? keyStart });
      const value = valueOf(pair.value, [...path, name]);
      // Assigned, it would change the prototype instead of adding a key.
      if (name === '__proto__') find([...path, name], 'key', 'unknown key');
      else record[name] = value ?? undefined;
    }
    return record;
  };

  const textOf = (text: string, path: Path): string => {
    const substituted = substitute(text, environment);
    for (const message of substituted.expected) find(path, 'value', message);
    return substituted.text;
  };

  const root = document.contents;
  const start = startOf(root) ?? 0;
  places.set(pathKey([]), { key: start, value: start });
  return { value: valueOf(root, []), findings, places };
}

/** Aliases of aliases grow exponentially ("billion laughs"), and each is looked up in the whole text. */
const maxAliases = 100;
const maxValues = 50_000;

/** Undefined for a value that is not written at all. */
function startOf(node: unknown): number | undefined {
  if (isScalar(node) && node.value === null && (node.source ?? '') === '') return undefined;
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}
