import { inspect } from 'node:util';

import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

import { isJsonObject, type JsonObject } from './scalars.js';

/** Replaces a secret wherever it would be printed, stored or sent to a client. */
const removed = '[removed]';

/** A string that cannot be printed by accident: every way to print it gives `[removed]`. */
export class SecretText {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the secret, for the request that needs it and for nothing else. */
  reveal(): string {
    return this.#value;
  }

  /** Removes the secret from a text that may contain it, such as the answer of a plane. */
  redactFrom(text: string): string {
    return this.#value === '' ? text : text.replaceAll(this.#value, removed);
  }

  toString(): string {
    return removed;
  }

  toJSON(): string {
    return removed;
  }

  [inspect.custom](): string {
    return removed;
  }
}

export const Secret = new GraphQLScalarType<SecretText, never>({
  name: 'Secret',
  description: 'A string that can be sent but is never returned, such as a password. It is removed from logs and error messages.',
  serialize: () => {
    throw new GraphQLError('A Secret is never returned.');
  },
  parseValue: (value) => {
    if (typeof value !== 'string') throw new GraphQLError('A Secret is a string.');
    return new SecretText(value);
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw new GraphQLError('A Secret is a string.', { nodes: node });
    return new SecretText(node.value);
  },
});

const secretWords = ['password', 'passphrase', 'secret', 'apikey', 'privatekey', 'authorization'];

/** Whether a key names a secret, in any case and with or without `-` and `_`. */
export function isSecretKey(key: string): boolean {
  const plain = key.toLowerCase().replace(/[-_]/g, '');
  return secretWords.some((word) => plain.includes(word)) || (plain.endsWith('token') && plain !== 'referencetoken');
}

/** Copies an object with every secret replaced, at any depth. */
export function redact(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, isSecretKey(key) ? removed : redactInside(inner)]));
}

function redactInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactInside);
  return isJsonObject(value) ? redact(value) : value;
}
