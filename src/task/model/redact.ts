import type { JsonObject } from '../scalars/json-object.js';

/** Stands where a secret stood. */
const removed = '[removed]';

const secretWords = ['password', 'passphrase', 'secret', 'apikey', 'privatekey', 'authorization'];

/** Whether a key names a secret, whatever its case and whether it is written with `-` or `_`. */
export function isSecretKey(key: string): boolean {
  const plain = key.toLowerCase().replace(/[-_]/g, '');
  return secretWords.some((word) => plain.includes(word)) || (plain.endsWith('token') && plain !== 'referencetoken');
}

/** A copy with every secret replaced, at any depth. */
export function redact(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, isSecretKey(key) ? removed : redactInside(inner)]));
}

function redactInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactInside);
  return isObject(value) ? redact(value) : value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
