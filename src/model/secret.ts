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

  /**
   * Removes the secret from a text that may contain it, such as the answer of a plane: as it is, and as JSON and Python
   * escape it, once or several times. Its time is linear in the length of the text.
   */
  redactFrom(text: string): string {
    if (this.#value === '') return text;
    const rest = text.replaceAll(this.#value, removed);
    const wanted = unescapeAll(this.#value);
    return wanted !== '' && rest.includes('\\') && unescapeAll(rest).includes(wanted) ? redactEscaped(rest, wanted) : rest;
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

/** Removes secrets from a text, the longest first: one may be the beginning of another. */
export function redactSecrets(text: string, secrets: readonly SecretText[]): string {
  const longestFirst = secrets.toSorted((a, b) => b.reveal().length - a.reveal().length);
  return longestFirst.reduce((rest, secret) => secret.redactFrom(rest), text);
}

/** Backslashes, which each level of JSON doubles, and what they escape. */
const escapeSequence = /\\(?:\\|u005[cC]|x5[cC])*(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|([nrtbf]))?/g;
const controlCharacters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A text without any escapes: it is the same for a text and for that text escaped any number of times. */
function unescapeAll(text: string): string {
  return text.replace(escapeSequence, (_, unicode?: string, byte?: string, control?: string) => unescapeOne(unicode ?? byte, control));
}

function unescapeOne(hex: string | undefined, control = ''): string {
  return hex === undefined ? (controlCharacters[control] ?? '') : String.fromCharCode(Number.parseInt(hex, 16));
}

/** @param wanted what `unescapeAll` returns for the secret. */
function redactEscaped(text: string, wanted: string): string {
  // Of each character without escapes, where it is in the text.
  const spans: { readonly start: number; readonly end: number }[] = [];
  let plain = '';
  for (const match of text.matchAll(new RegExp(`${escapeSequence.source}|[^\\\\]`, 'g'))) {
    const [token, unicode, byte, control] = match;
    const character = token.startsWith('\\') ? unescapeOne(unicode ?? byte, control) : token;
    if (character !== '') spans.push({ start: match.index, end: match.index + token.length });
    plain += character;
  }
  let result = '';
  let end = 0;
  for (let at = plain.indexOf(wanted); at !== -1; at = plain.indexOf(wanted, at + wanted.length)) {
    result += text.slice(end, spans[at]?.start) + removed;
    end = spans[at + wanted.length - 1]?.end ?? text.length;
  }
  return result + text.slice(end);
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
